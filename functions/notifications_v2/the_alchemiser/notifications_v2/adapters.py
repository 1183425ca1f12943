"""The ledger in DynamoDB, reports in S3, mails through SNS."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from the_alchemiser.notifications_v2.mail import Mail
from the_alchemiser.shared.aws import aws_errors
from the_alchemiser.shared.errors import PermanentError, TransientError
from the_alchemiser.shared.ledger.corporate_action import all_strategy_actions
from the_alchemiser.shared.ledger.strategy_trade import StrategyTrade, all_strategy_trades
from the_alchemiser.shared.lot_actions import StrategyAction
from the_alchemiser.shared.table import Table

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sns import SNSClient


class LedgerTable:
    """The ledger's STRATEGY items."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def strategy_trades(self) -> Sequence[StrategyTrade]:
        """Read every page of the ledger."""
        return all_strategy_trades(self._table)

    def strategy_actions(self) -> Sequence[StrategyAction]:
        """Read every page of the ledger."""
        return all_strategy_actions(self._table)


class ReportBucket:
    """Reports as objects of one bucket."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def store(self, key: str, text: str) -> str:
        """Write the object and give its address.

        It is not signed: a link of a function ends with the function's credentials, within hours.
        https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html
        """
        with aws_errors(f"store the report {key}"):
            self._client.put_object(
                Bucket=self._bucket, Key=key, Body=text.encode(), ContentType="text/csv"
            )
        return f"s3://{self._bucket}/{key}"


class TopicMailer:
    """Mails to whoever subscribed to one topic."""

    def __init__(self, client: SNSClient, topic_arn: str) -> None:
        self._client = client
        self._topic_arn = topic_arn

    def send(self, mail: Mail) -> None:
        """Publish the mail.

        Whatever the reason, a mail that could not be sent is worth another attempt, and in the end
        a place in the queue of failed invocations; an event would only lead back here.
        """
        try:
            with aws_errors("send a mail"):
                self._client.publish(
                    TopicArn=self._topic_arn, Subject=mail.subject, Message=mail.body
                )
        except PermanentError as error:
            raise TransientError(error.message, details=error.details) from error
