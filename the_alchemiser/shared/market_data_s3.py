"""Stored bars, read from S3 and kept in the function's /tmp for the next warm call."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

from the_alchemiser.shared.errors import DataUnavailable, TransientError
from the_alchemiser.shared.market_data import Bar, Closes
from the_alchemiser.shared.market_data_file import DamagedBars, decode_bars, decode_closes
from the_alchemiser.shared.market_data_record import BarsRecord, digest_of, record_key

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CACHE = Path("/tmp/alchemiser_market_data")
ABSENT = frozenset({"NoSuchKey", "404", "NotFound"})
READ_ATTEMPTS = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class PublishedBars:
    """A record, and the version of it that a conditional write has to name."""

    record: BarsRecord
    etag: str


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

    def published(self, symbol: str) -> PublishedBars | None:
        """Read the record of a symbol, or nothing when none was ever published."""
        answer = self._get(record_key(symbol))
        if answer is None:
            return None
        content, etag = answer
        try:
            return PublishedBars(record=BarsRecord.from_json(content, symbol), etag=etag)
        except ValueError as error:
            raise DataUnavailable(symbol, f"its metadata.json is damaged: {error}") from error

    def symbols(self) -> tuple[str, ...]:
        """List the symbols that have a folder in the bucket."""
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Delimiter="/"
        )
        folders = (folder for page in pages for folder in page.get("CommonPrefixes", []))
        return tuple(folder["Prefix"].rstrip("/") for folder in folders)

    def _content(self, symbol: str) -> bytes:
        for _attempt in range(READ_ATTEMPTS):
            published = self.published(symbol)
            if published is None:
                raise DataUnavailable(symbol)
            content = self._verified(published.record)
            if content is not None:
                return content
        raise DataUnavailable(symbol, "the bars that its metadata.json names are missing or differ")

    def _verified(self, record: BarsRecord) -> bytes | None:
        cached = self._cache / record.symbol / f"{record.data_sha256}.npy"
        if cached.is_file():
            content = cached.read_bytes()
            if digest_of(content) == record.data_sha256:
                return content
        answer = self._get(record.data_key)
        if answer is None or digest_of(answer[0]) != record.data_sha256:
            return None
        _keep(cached, answer[0])
        return answer[0]

    def _get(self, key: str) -> tuple[bytes, str] | None:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=key)
            return answer["Body"].read(), answer["ETag"]
        except ClientError as error:
            if error.response["Error"]["Code"] in ABSENT:
                return None
            raise TransientError(f"{key} could not be read: {error}") from error
        except BotoCoreError as error:
            raise TransientError(f"{key} could not be read: {error}") from error


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
