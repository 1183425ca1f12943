"""Moves messages from a dead-letter queue back to the queue they came from.

On AWS, StartMessageMoveTask does it; MiniStack has no such call.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


def move_messages(sqs: SQSClient, source_url: str, target_url: str) -> int:
    """Move every message there is, in order; a message is removed once it is sent, never before."""
    moved = 0
    while True:
        reply = sqs.receive_message(
            QueueUrl=source_url, MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"]
        )
        messages = reply.get("Messages", [])
        for message in messages:
            # A FIFO queue drops what it was sent within five minutes under the same id.
            sqs.send_message(
                QueueUrl=target_url,
                MessageBody=message["Body"],
                MessageGroupId=message["Attributes"]["MessageGroupId"],
                MessageDeduplicationId=f"moved-{uuid.uuid4()}",
            )
            sqs.delete_message(QueueUrl=source_url, ReceiptHandle=message["ReceiptHandle"])
            moved += 1
        if not messages:
            return moved
