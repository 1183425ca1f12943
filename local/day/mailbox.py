"""A mailbox on the local stack: what is mailed to people also lands here while a run is watched."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient

_NAME = "alchemiser-local-mailbox"


@dataclass(frozen=True, kw_only=True, slots=True)
class ReceivedMail:
    """A mail as it reached the mailbox."""

    subject: str
    body: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Mailbox:
    """Reads what was mailed."""

    sqs: SQSClient
    queue_url: str

    def read(self) -> tuple[ReceivedMail, ...]:
        """Return what has arrived since the last time."""
        reply = self.sqs.receive_message(QueueUrl=self.queue_url, MaxNumberOfMessages=10)
        mails = []
        for message in reply.get("Messages", []):
            self.sqs.delete_message(QueueUrl=self.queue_url, ReceiptHandle=message["ReceiptHandle"])
            content = json.loads(message["Body"])
            mails.append(
                ReceivedMail(subject=content.get("Subject") or "", body=content["Message"])
            )
        return tuple(mails)


@contextmanager
def subscribed(sns: SNSClient, sqs: SQSClient, topic_arn: str) -> Iterator[Mailbox]:
    """Subscribe a mailbox for as long as the block runs; nothing of it stays behind."""
    queue_url = sqs.create_queue(QueueName=_NAME)["QueueUrl"]
    # One that was killed may have left its queue behind, and what it did not read.
    sqs.purge_queue(QueueUrl=queue_url)
    attributes = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])
    queue_arn = attributes["Attributes"]["QueueArn"]
    sqs.set_queue_attributes(
        QueueUrl=queue_url, Attributes={"Policy": _policy(queue_arn, topic_arn)}
    )
    subscription = sns.subscribe(
        TopicArn=topic_arn, Protocol="sqs", Endpoint=queue_arn, ReturnSubscriptionArn=True
    )["SubscriptionArn"]
    try:
        yield Mailbox(sqs=sqs, queue_url=queue_url)
    finally:
        sns.unsubscribe(SubscriptionArn=subscription)
        sqs.delete_queue(QueueUrl=queue_url)


def _policy(queue_arn: str, topic_arn: str) -> str:
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "sns.amazonaws.com"},
                    "Action": "sqs:SendMessage",
                    "Resource": queue_arn,
                    "Condition": {"ArnEquals": {"aws:SourceArn": topic_arn}},
                }
            ],
        }
    )
