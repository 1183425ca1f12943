"""SNS topics and who is subscribed to them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_aws import sns

from blueprint import TopicSpec
from components.addresses import Addresses
from components.encryption_key import EncryptionKey, EncryptionKeyArgs
from components.policy_documents import document, service_may, tls_only
from components.queue import WorkQueue
from components.stack_context import StackContext


@dataclass(frozen=True, kw_only=True, slots=True)
class TopicArgs:
    """Whoever is subscribed is asked by mail to confirm, once."""

    spec: TopicSpec
    addresses: Addresses
    key_id: pulumi.Input[str]
    subscribers: tuple[str, ...]
    """Mail addresses; each must confirm once."""
    undelivered_arn: pulumi.Input[str] | None
    """Standard queue for messages that could not be delivered."""
    takes_alarms: bool = False


class Topic(pulumi.ComponentResource):
    """Tells people, over TLS, from an encrypted topic that only this account may publish to."""

    arn: pulumi.Output[str]
    """Its ARN, which is what clients publish to."""

    def __init__(
        self, name: str, args: TopicArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(args.addresses.token("Topic"), name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        topic = sns.Topic(
            f"{name}-topic",
            name=args.addresses.name(args.spec.name),
            kms_master_key_id=args.key_id,
            opts=child,
        )
        sns.TopicPolicy(f"{name}-policy", arn=topic.arn, policy=_policy(args), opts=child)
        for address in args.subscribers:
            sns.TopicSubscription(
                # Whose address it is stands in no name, log or preview.
                f"{name}-{_digest(address)}",
                topic=topic.arn,
                protocol="email",
                endpoint=pulumi.Output.secret(address),
                redrive_policy=args.undelivered_arn
                and pulumi.Output.from_input(args.undelivered_arn).apply(
                    lambda arn: json.dumps({"deadLetterTargetArn": arn})
                ),
                opts=child,
            )
        self.arn = topic.arn
        self.register_outputs({"arn": topic.arn})


def make_topics(context: StackContext, queues: Mapping[str, WorkQueue]) -> dict[str, Topic]:
    """Make every topic of a system, and the key that encrypts them."""
    if not context.system.topics:
        return {}
    undelivered = context.system.undelivered_queue
    key = EncryptionKey(
        "topics",
        EncryptionKeyArgs(addresses=context.addresses, protect=context.settings.protect),
        context.opts,
    )
    return {
        spec.name: Topic(
            spec.name,
            TopicArgs(
                spec=spec,
                addresses=context.addresses,
                key_id=key.id,
                subscribers=context.settings.subscribers.get(spec.name, ()),
                undelivered_arn=undelivered and queues[undelivered].arn,
                takes_alarms=spec.name == context.system.alarm_topic,
            ),
            context.opts,
        )
        for spec in context.system.topics
    }


def _digest(address: str) -> str:
    return hashlib.sha256(address.encode()).hexdigest()[:12]


def _policy(args: TopicArgs) -> str:
    arn = args.addresses.topic_arn(args.spec.name)
    alarms = service_may(
        "Alarms",
        "cloudwatch.amazonaws.com",
        "sns:Publish",
        arn,
        account_id=args.addresses.account_id,
        source_arn=args.addresses.arn("cloudwatch", "alarm:*"),
    )
    return document([tls_only("sns:Publish", arn), *([alarms] if args.takes_alarms else [])])
