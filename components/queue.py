"""SQS queues with their dead-letter queues."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import sqs

from blueprint import QueueSpec
from components.addresses import Addresses
from components.policy_documents import Statement, document, service_may, tls_only
from components.stack_context import StackContext
from components.stack_overrides import consumer_timeout_s

DAY_S = 86_400
DEAD_LETTER_RETENTION_DAYS = 14
"""The longest that SQS keeps a message."""
VISIBILITY_FACTOR = 6
"""AWS's advice for queues that start functions:
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"""


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkQueueArgs:
    """Its dead-letter queue, timeout and policy follow from these."""

    spec: QueueSpec
    addresses: Addresses
    consumer_timeout_s: int
    """Timeout of the function that the queue starts; 0 where there is none."""
    senders: tuple[Statement, ...] = ()
    """Resource policy statements for services that send here."""


class WorkQueue(pulumi.ComponentResource):
    """Keeps messages until they are worked off, and sets aside those that cannot be."""

    name: pulumi.Output[str]
    """Deployed name."""
    arn: pulumi.Output[str]
    """Its ARN."""
    url: pulumi.Output[str]
    """Where clients send to."""

    def __init__(
        self, name: str, args: WorkQueueArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(args.addresses.token("WorkQueue"), name, None, opts)
        dead_letters = self._dead_letters(name, args)
        spec = args.spec
        queue = sqs.Queue(
            f"{name}-queue",
            name=args.addresses.queue(spec.name, fifo=spec.fifo),
            visibility_timeout_seconds=args.consumer_timeout_s * VISIBILITY_FACTOR or None,
            message_retention_seconds=spec.retention_days * DAY_S,
            redrive_policy=_redrive(args),
            sqs_managed_sse_enabled=True,
            # The redrive policy names it by its fixed ARN, which tells Pulumi of no order.
            opts=pulumi.ResourceOptions(parent=self, depends_on=dead_letters),
            **_fifo(spec),
        )
        self._admit(name, queue, args.addresses.queue_arn(spec.name, fifo=spec.fifo), args.senders)
        self.name = queue.name
        self.arn = queue.arn
        self.url = queue.url
        self.register_outputs({"name": queue.name, "arn": queue.arn, "url": queue.url})

    def _dead_letters(self, name: str, args: WorkQueueArgs) -> list[pulumi.Resource]:
        spec = args.spec
        if spec.max_receives is None:
            return []
        source = args.addresses.queue_arn(spec.name, fifo=spec.fifo)
        queue = sqs.Queue(
            f"{name}-dead-letters",
            name=args.addresses.queue(dead_letter_name(spec), fifo=spec.fifo),
            message_retention_seconds=DEAD_LETTER_RETENTION_DAYS * DAY_S,
            redrive_allow_policy=json.dumps(
                {"redrivePermission": "byQueue", "sourceQueueArns": [source]}
            ),
            sqs_managed_sse_enabled=True,
            opts=pulumi.ResourceOptions(parent=self),
            **_fifo(spec),
        )
        self._admit(f"{name}-dead-letters", queue, _dead_letter_arn(args), ())
        return [queue]

    def _admit(self, name: str, queue: sqs.Queue, arn: str, senders: tuple[Statement, ...]) -> None:
        sqs.QueuePolicy(
            f"{name}-policy",
            queue_url=queue.url,
            policy=document([tls_only("sqs:*", arn), *senders]),
            opts=pulumi.ResourceOptions(parent=self),
        )


def dead_letter_name(spec: QueueSpec) -> str:
    """Name the queue that gets what this one could not work off."""
    return f"{spec.name}-dlq"


def _dead_letter_arn(args: WorkQueueArgs) -> str:
    return args.addresses.queue_arn(dead_letter_name(args.spec), fifo=args.spec.fifo)


def _redrive(args: WorkQueueArgs) -> str | None:
    if args.spec.max_receives is None:
        return None
    return json.dumps(
        {
            "deadLetterTargetArn": _dead_letter_arn(args),
            "maxReceiveCount": args.spec.max_receives,
        }
    )


def _fifo(spec: QueueSpec) -> dict[str, Any]:
    if not spec.fifo:
        return {}
    return {
        "fifo_queue": True,
        "content_based_deduplication": False,
        "deduplication_scope": "messageGroup",
        "fifo_throughput_limit": "perMessageGroupId",
    }


def make_queues(context: StackContext) -> dict[str, WorkQueue]:
    """Make every queue of a system; rules and topics may send what they could not deliver."""
    return {
        spec.name: WorkQueue(
            spec.name,
            WorkQueueArgs(
                spec=spec,
                addresses=context.addresses,
                consumer_timeout_s=consumer_timeout_s(spec.name, context.system),
                senders=_undelivered(spec.name, context)
                if spec.name == context.system.undelivered_queue
                else (),
            ),
            context.opts,
        )
        for spec in context.system.queues
    }


def _undelivered(queue: str, context: StackContext) -> tuple[Statement, ...]:
    addresses = context.addresses
    sources = {"sns": addresses.topic_arn("*")}
    if context.system.bus is not None:
        sources = {"events": addresses.rule_arn(context.system.bus.name, "*"), **sources}
    return tuple(
        service_may(
            f"From{service.title()}",
            f"{service}.amazonaws.com",
            "sqs:SendMessage",
            addresses.queue_arn(queue, fifo=False),
            source_arn=source,
        )
        for service, source in sources.items()
    )
