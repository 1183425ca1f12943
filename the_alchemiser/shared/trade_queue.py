"""The FIFO queue that execution is fed from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from the_alchemiser.shared.aws import aws_errors
from the_alchemiser.shared.trade_message import TradeMessage

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class SqsTradeQueue:
    """Queues trades: one after the other for a symbol, side by side across symbols."""

    def __init__(self, client: SQSClient, queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def send(self, message: TradeMessage) -> None:
        """Queue a trade; within five minutes a second copy is dropped."""
        told = {"RunId": message.run_id, "TradeId": message.trade_id, "Phase": message.phase}
        with aws_errors(f"queue the trade {message.trade_id}"):
            self._client.send_message(
                QueueUrl=self._queue_url,
                MessageBody=message.model_dump_json(),
                MessageGroupId=message.symbol,
                MessageDeduplicationId=message.trade_id,
                MessageAttributes={
                    name: {"DataType": "String", "StringValue": str(value)}
                    for name, value in told.items()
                },
            )
