"""Queues of a stack with their dead letters: how many, which, and back to where they came from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from blueprint.outputs import StackOutputs
from operations.errors import OperationError

_ABSENT = frozenset({"AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"})
_BATCH = 10
LOOK_S = 30
"""Seconds for which a message is hidden from others while it is looked at."""


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueDepth:
    """How much lies in one queue."""

    name: str
    waiting: int
    in_flight: int
    dead: int | None
    """Messages in its dead-letter queue; None for a queue that has none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DeadLetter:
    """One message that nobody could work off."""

    queue: str
    """Logical name of the queue that it lies for."""
    url: str
    receipt: str
    body: str
    sent_at: datetime
    group: str | None
    deduplication: str | None
    attributes: dict[str, Any]

    @property
    def event(self) -> str:
        """What it is about: the type of the event or command, as far as it says so."""
        found = self._document()
        for key in ("detail-type", "DetailType", "message_type", "type", "action", "mode"):
            if isinstance(found.get(key), str):
                return str(found[key])
        return ", ".join(sorted(found)[:4]) or self.body[:40]

    @property
    def function(self) -> str:
        """Which function was to handle it, as far as the service that gave up says so."""
        context = self._whole().get("requestContext")
        if isinstance(context, dict):
            return str(context.get("functionArn", "?")).rpartition("function:")[2]
        target = self.attributes.get("TARGET_ARN", {}).get("StringValue", "")
        return target.rpartition("function:")[2] or f"the consumer of {self.queue}"

    @property
    def reason(self) -> str:
        """Why it lies here, as far as the service that gave up says so."""
        context, answer = self._whole().get("requestContext"), self._whole().get("responsePayload")
        if isinstance(context, dict):
            told = answer.get("errorMessage", "") if isinstance(answer, dict) else ""
            return f"{context.get('condition', '?')} {told}".strip()
        told = self.attributes.get("ERROR_MESSAGE", {}).get("StringValue")
        return str(told) if told else "received too often without success"

    def _whole(self) -> dict[str, Any]:
        try:
            found = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def _document(self) -> dict[str, Any]:
        # Lambda keeps the event beside what became of it:
        # https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
        payload = self._whole().get("requestPayload")
        return payload if isinstance(payload, dict) else self._whole()


def queue_depths(outputs: StackOutputs, sqs: Any) -> list[QueueDepth]:
    """Measure every queue; SQS counts approximately."""
    return [
        QueueDepth(
            name=name,
            waiting=_count(sqs, queue.url, "ApproximateNumberOfMessages"),
            in_flight=_count(sqs, queue.url, "ApproximateNumberOfMessagesNotVisible"),
            dead=None
            if (dead := dead_letter_url(sqs, queue.url)) is None
            else _count(sqs, dead, "ApproximateNumberOfMessages"),
        )
        for name, queue in sorted(outputs.queues.items())
    ]


def dead_letter_url(sqs: Any, url: str) -> str | None:
    """Find a queue's dead-letter queue; None where it has none."""
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"])
    policy = found.get("Attributes", {}).get("RedrivePolicy")
    if not policy:
        return None
    name = json.loads(policy)["deadLetterTargetArn"].rsplit(":", 1)[-1]
    return str(sqs.get_queue_url(QueueName=name)["QueueUrl"])


def dead_letters(outputs: StackOutputs, sqs: Any) -> list[DeadLetter]:
    """Look at the dead letters and put them back; of a FIFO group, at the first ten.

    SQS hands out no more of a group while some are looked at:
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
    """
    found = [
        letter
        for name, queue in sorted(outputs.queues.items())
        # A queue without one keeps what other services gave up, and is one itself.
        for letter in _received(sqs, name, dead_letter_url(sqs, queue.url) or queue.url)
    ]
    for letter in found:
        sqs.change_message_visibility(
            QueueUrl=letter.url, ReceiptHandle=letter.receipt, VisibilityTimeout=0
        )
    return found


def redrivable(outputs: StackOutputs, sqs: Any, queue: str) -> QueueDepth:
    """Measure a queue whose dead letters can go back; raise OperationError for any other."""
    found = {it.name: it for it in queue_depths(outputs, sqs)}.get(queue)
    if found is None:
        names = ", ".join(sorted(outputs.queues))
        raise OperationError(f"expected QUEUE= out of {names}, found {queue!r}")
    if found.dead is None:
        raise OperationError(
            f"{queue} has no queue that its messages came from: it keeps what other services gave "
            "up. Look with `make dead-letters`, and start the function again with `make invoke`."
        )
    return found


def redrive(outputs: StackOutputs, sqs: Any, queue: str) -> int:
    """Send a queue's dead letters back, oldest first, and count them.

    One by one and in order, so that a FIFO group stays one; a message is deleted only after it was
    sent, so a run that is cut off sends none less. SQS drops the copy that the next run sends
    within five minutes:
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html
    """
    url = outputs.queues[redrivable(outputs, sqs, queue).name].url
    dead = dead_letter_url(sqs, url)
    count = 0
    for letter in _received(sqs, queue, str(dead)):
        sqs.send_message(QueueUrl=url, MessageBody=letter.body, **_again(letter))
        sqs.delete_message(QueueUrl=dead, ReceiptHandle=letter.receipt)
        count += 1
    return count


def _again(letter: DeadLetter) -> dict[str, Any]:
    """Give what a message carries beside its body."""
    kept: dict[str, Any] = {"MessageAttributes": letter.attributes} if letter.attributes else {}
    if letter.group:
        kept["MessageGroupId"] = letter.group
        kept["MessageDeduplicationId"] = f"redriven-{letter.deduplication}"[:128]
    return kept


def _received(sqs: Any, name: str, url: str) -> Iterator[DeadLetter]:
    while True:
        found = sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=_BATCH,
            VisibilityTimeout=LOOK_S,
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        ).get("Messages", [])
        if not found:
            return
        for message in found:
            system = message.get("Attributes", {})
            sent = int(system.get("SentTimestamp", "0")) / 1000
            yield DeadLetter(
                queue=name,
                url=url,
                receipt=message["ReceiptHandle"],
                body=message["Body"],
                sent_at=datetime.fromtimestamp(sent, tz=UTC),
                group=system.get("MessageGroupId"),
                deduplication=system.get("MessageDeduplicationId"),
                attributes=message.get("MessageAttributes", {}),
            )


def _count(sqs: Any, url: str, attribute: str) -> int:
    try:
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[attribute])
    except ClientError as error:
        if error.response["Error"]["Code"] in _ABSENT:
            return 0
        raise
    return int(found.get("Attributes", {}).get(attribute, 0))
