"""A strategy that cannot be evaluated stops the day before anything is traded, and is named."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from zipfile import ZipFile

import pytest

from local.day.following import Ending
from tests.day.floor import DAYS, Floor

pytestmark = pytest.mark.day

BROKEN = '(defsymphony "Broken" {:rebalance-frequency :daily}\n  (rsi "SPY"))\n'


@contextmanager
def shipping(floor: Floor, function: str, name: str, text: str) -> Iterator[None]:
    """Put another text into one file of a deployed function's package."""
    facts, client = floor.stack.outputs.functions[function], floor.stack.client("lambda")
    [built] = (floor.checkout.home / "build/functions" / function).glob("*.zip")
    changed = io.BytesIO()
    with ZipFile(built) as old, ZipFile(changed, "w") as new:
        assert name in old.namelist()
        for item in old.infolist():
            new.writestr(item, text if item.filename == name else old.read(item))
    version = client.update_function_code(
        FunctionName=facts.name, ZipFile=changed.getvalue(), Publish=True
    )["Version"]
    try:
        client.update_alias(FunctionName=facts.name, Name="live", FunctionVersion=version)
        yield
    finally:
        client.update_alias(FunctionName=facts.name, Name="live", FunctionVersion=facts.version)
        client.update_function_code(FunctionName=facts.name, ZipFile=built.read_bytes())


def test_a_symbol_without_data_is_named(floor: Floor) -> None:
    s3, bucket = floor.stack.client("s3"), floor.stack.bucket("market-data")
    stored = {"Bucket": bucket, "Key": "AAPL/metadata.json"}
    pointer = s3.get_object(**stored)["Body"].read()
    s3.delete_object(**stored)
    try:
        result = floor.trade(DAYS[0])
    finally:
        s3.put_object(**stored, Body=pointer)
    assert result.ending is Ending.FAILED
    assert not result.fills
    assert all("AAPL" in trouble.reason for trouble in result.troubles)
    assert all(trouble.function == "strategy_v2" for trouble in result.troubles)
    [mail] = result.mails
    assert "AAPL" in mail.body


def test_a_broken_file_is_named_with_its_line(floor: Floor) -> None:
    with shipping(floor, "strategy_v2", "strategies/market-trend.clj", BROKEN):
        result = floor.trade(DAYS[0])
    assert result.ending is Ending.FAILED
    assert not result.fills
    [trouble] = result.troubles
    assert trouble.function == "strategy_v2"
    assert "market-trend.clj:2" in trouble.reason
    assert trouble.log
