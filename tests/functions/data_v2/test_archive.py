from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.functions.data_v2.conftest import BUCKET, Storage
from tests.functions.data_v2.vendors import bars_until
from the_alchemiser.data_v2.archive import S3BarArchive
from the_alchemiser.data_v2.ports import LostUpdate
from the_alchemiser.shared.errors import DataUnavailable, TransientError
from the_alchemiser.shared.market_data_s3 import S3BarStore

DAY = date(2022, 3, 11)
OLD, NEW = bars_until(DAY, 5), bars_until(DAY, 6, close=50.0)


def publish(storage: Storage, bars: list[Any], replacing: str | None = None) -> None:
    storage.archive.publish("KO", bars, requested_from=bars[0].day, replacing=replacing)


def keys(storage: Storage) -> list[str]:
    listed = storage.s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])
    return [found["Key"] for found in listed]


class Dying:
    """An S3 client whose process is killed before one of its writes."""

    def __init__(self, s3: Any, survives: int) -> None:
        self._s3 = s3
        self._survives = survives

    def __getattr__(self, name: str) -> Any:
        return getattr(self._s3, name)

    def put_object(self, **request: Any) -> Any:
        if not self._survives:
            raise KeyboardInterrupt
        self._survives -= 1
        return self._s3.put_object(**request)


def as_client(s3: Dying) -> Any:
    """Let it pass for the client that it wraps."""
    return s3


@pytest.mark.parametrize("survives", [0, 1])
def test_a_crash_between_the_writes_loses_nothing(
    storage: Storage, tmp_path: Path, survives: int
) -> None:
    publish(storage, OLD)
    version = storage.archive.version("KO")
    dying = S3BarArchive(
        as_client(Dying(storage.s3, survives)), BUCKET, storage.store, storage.clock
    )
    with pytest.raises(KeyboardInterrupt):
        dying.publish("KO", NEW, requested_from=NEW[0].day, replacing=version)
    assert S3BarStore(storage.s3, BUCKET, tmp_path / "fresh").bars("KO") == tuple(OLD)
    publish(storage, NEW, version)
    assert storage.store.bars("KO") == tuple(NEW)


def test_a_reader_between_the_writes_sees_the_old_bars(storage: Storage, tmp_path: Path) -> None:
    publish(storage, OLD)
    seen: list[Any] = []
    reader = S3BarStore(storage.s3, BUCKET, tmp_path / "fresh")

    class Watched(Dying):
        def put_object(self, **request: Any) -> Any:
            seen.append(reader.bars("KO"))
            answer = super().put_object(**request)
            seen.append(reader.bars("KO"))
            return answer

    archive = S3BarArchive(as_client(Watched(storage.s3, 9)), BUCKET, storage.store, storage.clock)
    archive.publish("KO", NEW, requested_from=NEW[0].day, replacing=storage.archive.version("KO"))
    assert seen == [tuple(OLD)] * 3 + [tuple(NEW)]


@pytest.mark.parametrize("replacing", [None, '"0123"'])
def test_refuses_to_overwrite_what_it_has_not_seen(storage: Storage, replacing: str | None) -> None:
    publish(storage, OLD)
    with pytest.raises(LostUpdate):
        publish(storage, NEW, replacing)
    assert storage.store.bars("KO") == tuple(OLD)


def test_refuses_to_replace_what_is_gone(storage: Storage) -> None:
    with pytest.raises(LostUpdate):
        publish(storage, NEW, '"0123"')


def test_refuses_unusable_bars_before_writing(storage: Storage) -> None:
    with pytest.raises(DataUnavailable, match="KO"):
        publish(storage, [OLD[0], OLD[0]])
    assert keys(storage) == []


def test_removes_superseded_data_after_a_day(storage: Storage) -> None:
    storage.clock.moment = datetime.now(UTC)
    publish(storage, OLD)
    publish(storage, NEW, storage.archive.version("KO"))
    assert len(keys(storage)) == 3, "a reader may still be at the old data"
    storage.clock.advance(days=2)
    newest = bars_until(DAY + timedelta(days=3), 7)
    publish(storage, newest, storage.archive.version("KO"))
    record = storage.store.record("KO")
    assert record is not None
    assert keys(storage) == [record.data_key, "KO/metadata.json"]


def test_a_failure_to_tidy_up_fails_nothing(storage: Storage) -> None:
    class Untidy(Dying):
        def list_objects_v2(self, **request: Any) -> Any:
            raise ClientError({"Error": {"Code": "AccessDenied"}}, "ListObjectsV2")

    archive = S3BarArchive(as_client(Untidy(storage.s3, 9)), BUCKET, storage.store, storage.clock)
    archive.publish("KO", OLD, requested_from=OLD[0].day, replacing=None)
    assert storage.store.bars("KO") == tuple(OLD)


def test_a_missing_bucket_is_an_error_and_not_an_empty_store(storage: Storage) -> None:
    storage.s3.delete_bucket(Bucket=BUCKET)
    with pytest.raises(Exception, match="NoSuchBucket") as caught:
        storage.store.bars("KO")
    assert not isinstance(caught.value, DataUnavailable | TransientError)
