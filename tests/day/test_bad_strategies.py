"""A strategy that cannot be evaluated stops the day before anything is traded, and is named."""

from __future__ import annotations

import pytest

from local.day.following import Ending
from tests.day.conftest import open_floor, seed
from tests.day.floor import DAYS, Floor

pytestmark = pytest.mark.day

BROKEN = '(defsymphony "Broken" {:rebalance-frequency :daily}\n  (rsi "SPY"))\n'


def test_a_symbol_without_data_is_named(floor: Floor) -> None:
    s3, bucket = floor.stack.client("s3"), floor.stack.bucket("market-data")
    s3.delete_object(Bucket=bucket, Key="AAPL/metadata.json")
    try:
        result = floor.trade(DAYS[0])
    finally:
        seed(floor)
    assert result.ending is Ending.FAILED
    assert not result.fills
    assert all("AAPL" in trouble.reason for trouble in result.troubles)
    assert all(trouble.function == "strategy_v2" for trouble in result.troubles)
    assert any("AAPL" in mail.body for mail in result.mails)


def test_a_broken_file_is_named_with_its_line(floor: Floor) -> None:
    path = floor.checkout.root / "strategies/market-trend.clj"
    whole = path.read_text()
    path.write_text(BROKEN)
    try:
        floor.checkout.run("local").succeeded()
        result = open_floor(floor.checkout).trade(DAYS[0])
    finally:
        path.write_text(whole)
        floor.checkout.run("local").succeeded()
    assert result.ending is Ending.FAILED
    assert not result.fills
    [trouble] = result.troubles
    assert trouble.function == "strategy_v2"
    assert "market-trend.clj:2" in trouble.reason
    assert trouble.log
