"""The one place that writes stored bars: first the data, then the record that makes them valid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from the_alchemiser.data_v2.ports import LostUpdate
from the_alchemiser.shared.aws import aws_errors, error_code
from the_alchemiser.shared.clock import Clock
from the_alchemiser.shared.errors import DataUnavailable
from the_alchemiser.shared.logs import get_logger
from the_alchemiser.shared.market_data import Bar
from the_alchemiser.shared.market_data_file import DamagedBars, encode_bars
from the_alchemiser.shared.market_data_record import (
    BarsRecord,
    data_folder,
    data_key,
    digest_of,
    record_key,
)
from the_alchemiser.shared.market_data_s3 import ABSENT, S3BarStore

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

LOST_CODES = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "412", "409"}) | ABSENT
"""Answers to a conditional write that somebody else has overtaken.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
"""

UNREFERENCED_KEPT = timedelta(days=1)
"""Far longer than any reader takes from the record to the data."""


class S3BarArchive:
    """Publishes bars so that a reader sees the old ones or the new ones, and nothing between."""

    def __init__(self, client: S3Client, bucket: str, store: S3BarStore, clock: Clock) -> None:
        self._client = client
        self._bucket = bucket
        self._store = store
        self._clock = clock

    def version(self, symbol: str) -> str | None:
        """Give what `publish` has to replace, or nothing for a symbol never published."""
        with aws_errors(f"look for {symbol}'s record"):
            try:
                return self._client.head_object(Bucket=self._bucket, Key=record_key(symbol))["ETag"]
            except ClientError as error:
                if error_code(error) in ABSENT:
                    return None
                raise

    def record(self, symbol: str) -> BarsRecord | None:
        """Read the record of a symbol, or nothing."""
        return self._store.record(symbol)

    def bars(self, symbol: str) -> Sequence[Bar]:
        """Read the valid bars of a symbol."""
        return self._store.bars(symbol)

    def publish(
        self, symbol: str, bars: Sequence[Bar], *, requested_from: date, replacing: str | None
    ) -> BarsRecord:
        """Make these bars the valid ones; LostUpdate when `replacing` no longer is in place."""
        try:
            content = encode_bars(bars)
        except DamagedBars as error:
            raise DataUnavailable(symbol, f"the bars to store are unusable: {error}") from error
        digest = digest_of(content)
        record = BarsRecord(
            symbol=symbol,
            data_key=data_key(symbol, digest),
            data_sha256=digest,
            requested_from=requested_from,
            first_bar_date=bars[0].day,
            last_bar_date=bars[-1].day,
            row_count=len(bars),
            updated_at=self._clock.now().isoformat(),
        )
        # Written even when it exists: its age protects it from whoever tidies up at this moment.
        with aws_errors(f"write the bars of {symbol}"):
            self._client.put_object(Bucket=self._bucket, Key=record.data_key, Body=content)
        self._commit(record, replacing)
        self._tidy(record)
        return record

    def _commit(self, record: BarsRecord, replacing: str | None) -> None:
        condition: Any = {"IfNoneMatch": "*"} if replacing is None else {"IfMatch": replacing}
        with aws_errors(f"publish the bars of {record.symbol}"):
            try:
                self._client.put_object(
                    Bucket=self._bucket,
                    Key=record_key(record.symbol),
                    Body=record.to_json(),
                    ContentType="application/json",
                    **condition,
                )
            except ClientError as error:
                if error_code(error) in LOST_CODES:
                    raise LostUpdate(f"{record.symbol}: another writer was faster") from error
                raise

    def _tidy(self, record: BarsRecord) -> None:
        """Remove data that nothing names; what fails here is only tried again next time."""
        oldest = self._clock.now() - UNREFERENCED_KEPT
        try:
            listed = self._client.list_objects_v2(
                Bucket=self._bucket, Prefix=data_folder(record.symbol)
            )
            for found in listed.get("Contents", []):
                if found["Key"] != record.data_key and found["LastModified"] < oldest:
                    self._client.delete_object(Bucket=self._bucket, Key=found["Key"])
        except ClientError as error:
            get_logger().warning("not_tidied", symbol=record.symbol, reason=str(error))
