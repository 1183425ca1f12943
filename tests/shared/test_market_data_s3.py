from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cloud import Cloud
from the_alchemiser.shared.errors import DataUnavailable
from the_alchemiser.shared.market_data import Bar
from the_alchemiser.shared.market_data_file import encode_bars
from the_alchemiser.shared.market_data_record import BarsRecord, data_key, digest_of
from the_alchemiser.shared.market_data_s3 import S3BarStore

BUCKET = "bars"
FIRST = date(2022, 3, 7)


def bars(count: int, close: float = 10.0) -> tuple[Bar, ...]:
    return tuple(
        Bar(
            day=FIRST + timedelta(days=i),
            open=close,
            high=close,
            low=close,
            close=close + i,
            volume=1.0,
        )
        for i in range(count)
    )


class Counting:
    """An S3 client that remembers which keys were read."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.read: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self.client, name)

    def get_object(self, **request: Any) -> Any:
        self.read.append(request["Key"])
        return self.client.get_object(**request)

    def publish(self, symbol: str, content: bytes, **changes: Any) -> BarsRecord:
        digest = digest_of(content)
        record = BarsRecord(
            symbol=symbol,
            data_key=data_key(symbol, digest),
            data_sha256=digest,
            requested_from=FIRST,
            first_bar_date=FIRST,
            last_bar_date=FIRST,
            row_count=1,
            updated_at="2022-03-12T04:00:00+00:00",
        )
        self.client.put_object(Bucket=BUCKET, Key=record.data_key, Body=content)
        self.client.put_object(
            Bucket=BUCKET, Key=f"{symbol}/metadata.json", Body=replace(record, **changes).to_json()
        )
        return record


@pytest.fixture
def s3(cloud: Cloud) -> Counting:
    client = cloud.client("s3")
    client.create_bucket(Bucket=BUCKET)
    return Counting(client)


@pytest.fixture
def store(s3: Counting, tmp_path: Path) -> S3BarStore:
    return S3BarStore(s3, BUCKET, tmp_path)  # type: ignore[arg-type]


def test_reads_only_days_before(s3: Counting, store: S3BarStore) -> None:
    s3.publish("KO", encode_bars(bars(5)))
    closes = store.closes("KO", FIRST + timedelta(days=3))
    assert closes.values == (10.0, 11.0, 12.0)
    assert closes.dates[-1] == FIRST + timedelta(days=2)


def test_names_the_symbol_that_has_nothing(store: S3BarStore) -> None:
    with pytest.raises(DataUnavailable, match="KO: no bars are stored") as caught:
        store.closes("KO", FIRST)
    assert caught.value.symbol == "KO"


def test_names_the_symbol_that_has_nothing_so_early(s3: Counting, store: S3BarStore) -> None:
    s3.publish("KO", encode_bars(bars(5)))
    with pytest.raises(DataUnavailable, match="before 2022-03-07"):
        store.closes("KO", FIRST)


def test_reads_the_data_once_and_the_record_always(s3: Counting, store: S3BarStore) -> None:
    record = s3.publish("KO", encode_bars(bars(5)))
    store.bars("KO")
    store.closes("KO", date.max)
    assert s3.read.count(record.data_key) == 1
    assert s3.read.count("KO/metadata.json") == 2


def test_a_warm_container_sees_new_bars_at_once(
    s3: Counting, store: S3BarStore, tmp_path: Path
) -> None:
    s3.publish("KO", encode_bars(bars(5)))
    store.bars("KO")
    s3.publish("KO", encode_bars(bars(6)))
    assert len(store.bars("KO")) == 6
    assert len(list((tmp_path / "KO").iterdir())) == 1, "the old copy is gone from /tmp"


@pytest.mark.parametrize("content", [b"", b"cut off"])
def test_a_damaged_copy_in_tmp_is_fetched_anew(
    s3: Counting, store: S3BarStore, tmp_path: Path, content: bytes
) -> None:
    record = s3.publish("KO", encode_bars(bars(5)))
    store.bars("KO")
    copy = tmp_path / "KO" / f"{record.data_sha256}.npy"
    copy.write_bytes(content)
    assert store.bars("KO") == bars(5)
    assert copy.read_bytes() == encode_bars(bars(5))


def test_a_full_tmp_does_not_matter(s3: Counting, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder can be made below a file")
    s3.publish("KO", encode_bars(bars(5)))
    assert S3BarStore(s3, BUCKET, tmp_path / "file").bars("KO") == bars(5)  # type: ignore[arg-type]


def test_follows_a_record_that_moved_while_reading(s3: Counting, store: S3BarStore) -> None:
    old = s3.publish("KO", encode_bars(bars(5)))
    read = s3.get_object

    def overtaken(**request: Any) -> Any:
        answer = read(**request)
        if request["Key"].endswith("metadata.json") and len(s3.read) == 1:
            s3.publish("KO", encode_bars(bars(6)))
            s3.client.delete_object(Bucket=BUCKET, Key=old.data_key)
        return answer

    s3.get_object = overtaken  # type: ignore[method-assign]
    assert store.bars("KO") == bars(6)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("symbol", "PEP"),
        ("data_key", "PEP/daily/x.npy"),
        ("data_sha256", "../../etc/passwd"),
        ("row_count", "many"),
        ("last_bar_date", "soon"),
        ("surprise", 1),
    ],
)
def test_refuses_a_record_that_is_not_the_symbols(
    s3: Counting, store: S3BarStore, field: str, value: object
) -> None:
    record = json.loads(s3.publish("KO", encode_bars(bars(5))).to_json())
    s3.client.put_object(
        Bucket=BUCKET, Key="KO/metadata.json", Body=json.dumps({**record, field: value}).encode()
    )
    with pytest.raises(DataUnavailable, match=r"KO: its metadata\.json is damaged"):
        store.bars("KO")


@pytest.mark.parametrize("content", [b"", b"null", b"[]", b"{", b"\xff"])
def test_refuses_a_record_that_is_none(s3: Counting, store: S3BarStore, content: bytes) -> None:
    s3.client.put_object(Bucket=BUCKET, Key="KO/metadata.json", Body=content)
    with pytest.raises(DataUnavailable, match="damaged"):
        store.record("KO")


def test_refuses_data_that_differs_from_its_digest(s3: Counting, store: S3BarStore) -> None:
    record = s3.publish("KO", encode_bars(bars(5)))
    s3.client.put_object(Bucket=BUCKET, Key=record.data_key, Body=encode_bars(bars(4)))
    with pytest.raises(DataUnavailable, match="missing or differ"):
        store.closes("KO", date.max)


def test_refuses_data_that_is_no_array(s3: Counting, store: S3BarStore) -> None:
    s3.publish("KO", b"PAR1")
    with pytest.raises(DataUnavailable, match="KO: the stored bars are damaged"):
        store.closes("KO", date.max)


def test_lists_the_symbols(s3: Counting, store: S3BarStore) -> None:
    assert store.symbols() == ()
    s3.publish("PEP", encode_bars(bars(1)))
    s3.publish("KO", encode_bars(bars(1)))
    assert store.symbols() == ("KO", "PEP")
