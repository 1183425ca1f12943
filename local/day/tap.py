"""A tap on the local bus: every event of the system also lands in a queue of the tool's own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.day.observations import ObservedEvent
from the_alchemiser.shared.events.names import SOURCE_PREFIX

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_sqs import SQSClient

_NAME = "alchemiser-local-tap"


@dataclass(frozen=True, kw_only=True, slots=True)
class Tap:
    """Reads what the tapped bus carried."""

    sqs: SQSClient
    queue_url: str

    def read(self, wait_s: int) -> tuple[ObservedEvent, ...]:
        """Return the next events, waiting at most `wait_s` seconds for the first."""
        reply = self.sqs.receive_message(
            QueueUrl=self.queue_url, MaxNumberOfMessages=10, WaitTimeSeconds=wait_s
        )
        messages = reply.get("Messages", [])
        for message in messages:
            self.sqs.delete_message(QueueUrl=self.queue_url, ReceiptHandle=message["ReceiptHandle"])
        events = (ObservedEvent.parse(message["Body"]) for message in messages)
        return tuple(sorted(events, key=lambda event: event.at))


@contextmanager
def tapped(events: EventBridgeClient, sqs: SQSClient, bus: str) -> Iterator[Tap]:
    """Tap the bus for as long as the block runs; nothing of it stays behind."""
    queue_url = sqs.create_queue(QueueName=_NAME)["QueueUrl"]
    # One that was killed may have left its queue behind, and what it did not read.
    sqs.purge_queue(QueueUrl=queue_url)
    attributes = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])
    try:
        events.put_rule(
            Name=_NAME,
            EventBusName=bus,
            EventPattern=json.dumps({"source": [{"prefix": SOURCE_PREFIX}]}),
        )
        events.put_targets(
            Rule=_NAME,
            EventBusName=bus,
            Targets=[{"Id": _NAME, "Arn": attributes["Attributes"]["QueueArn"]}],
        )
        yield Tap(sqs=sqs, queue_url=queue_url)
    finally:
        events.remove_targets(Rule=_NAME, EventBusName=bus, Ids=[_NAME])
        events.delete_rule(Name=_NAME, EventBusName=bus)
        sqs.delete_queue(QueueUrl=queue_url)
