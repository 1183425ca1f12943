"""Stored bars, read from S3 and kept in the function's /tmp for the next warm call."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from the_alchemiser.shared.aws import aws_errors, error_code
from the_alchemiser.shared.errors import DataUnavailable
from the_alchemiser.shared.market_data import Bar, Closes
from the_alchemiser.shared.market_data_file import DamagedBars, decode_bars, decode_closes
from the_alchemiser.shared.market_data_record import BarsRecord, digest_of, record_key

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CACHE = Path("/tmp/alchemiser_market_data")
ABSENT = frozenset({"NoSuchKey", "404", "NotFound"})
READ_ATTEMPTS = 3


class S3BarStore:
    """Reads `<SYM>/metadata.json` afresh each time and the bars that it names at most once."""

    def __init__(self, client: S3Client, bucket: str, cache: Path = CACHE) -> None:
        self._client = client
        self._bucket = bucket
        self._cache = cache

    def closes(self, symbol: str, before: date) -> Closes:
        """Read the closes of the days before `before`."""
        content = self._content(symbol)
        try:
            closes = decode_closes(content)
        except DamagedBars as error:
            raise DataUnavailable(symbol, f"the stored bars are damaged: {error}") from error
        count = sum(day < before for day in closes.dates)
        if not count:
            raise DataUnavailable(symbol, f"no bars are stored before {before}")
        return Closes(dates=closes.dates[:count], values=closes.values[:count])

    def bars(self, symbol: str) -> tuple[Bar, ...]:
        """Read every stored bar."""
        content = self._content(symbol)
        try:
            return decode_bars(content)
        except DamagedBars as error:
            raise DataUnavailable(symbol, f"the stored bars are damaged: {error}") from error

    def record(self, symbol: str) -> BarsRecord | None:
        """Read the record of a symbol, or nothing when none was ever published."""
        content = self._get(record_key(symbol))
        if content is None:
            return None
        try:
            return BarsRecord.from_json(content, symbol)
        except ValueError as error:
            raise DataUnavailable(symbol, f"its metadata.json is damaged: {error}") from error

    def symbols(self) -> tuple[str, ...]:
        """List the symbols that have a folder in the bucket."""
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Delimiter="/"
        )
        with aws_errors(f"list s3://{self._bucket}"):
            folders = [folder for page in pages for folder in page.get("CommonPrefixes", [])]
        return tuple(folder["Prefix"].rstrip("/") for folder in folders)

    def _content(self, symbol: str) -> bytes:
        for _attempt in range(READ_ATTEMPTS):
            record = self.record(symbol)
            if record is None:
                raise DataUnavailable(symbol)
            content = self._verified(record)
            if content is not None:
                return content
        raise DataUnavailable(symbol, "the bars that its metadata.json names are missing or differ")

    def _verified(self, record: BarsRecord) -> bytes | None:
        cached = self._cache / record.symbol / f"{record.data_sha256}.npy"
        if cached.is_file():
            kept = cached.read_bytes()
            if digest_of(kept) == record.data_sha256:
                return kept
        content = self._get(record.data_key)
        if content is None or digest_of(content) != record.data_sha256:
            return None
        _keep(cached, content)
        return content

    def _get(self, key: str) -> bytes | None:
        with aws_errors(f"read s3://{self._bucket}/{key}"):
            try:
                return self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
            except ClientError as error:
                if error_code(error) in ABSENT:
                    return None
                raise


def _keep(cached: Path, content: bytes) -> None:
    """Leave only these bars in the symbol's cache; a full /tmp costs speed, not the run."""
    try:
        cached.parent.mkdir(parents=True, exist_ok=True)
        for other in cached.parent.iterdir():
            other.unlink(missing_ok=True)
        with NamedTemporaryFile(dir=cached.parent, delete=False) as stream:
            stream.write(content)
        os.replace(stream.name, cached)  # noqa: PTH105
    except OSError:
        return
