"""Days in a row are what the same strategies on the same prices give without any cloud."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from local.day.calendar import prices, tradable_days
from local.day.following import Ending
from local.day.result import DayResult
from local.market.tape import SPREAD_PART
from local.market.ticks import CENT
from tests.day.agreement import (
    assert_books_agree,
    assert_on_target,
    assert_profits_agree,
    assert_report_agrees,
)
from tests.day.floor import DAYS, Floor
from tests.functions.strategy_v2.real_prices import closes
from the_alchemiser.portfolio_v2.plan import Action, propose
from the_alchemiser.portfolio_v2.snapshot import Snapshot
from the_alchemiser.shared.market_data import Closes
from the_alchemiser.shared.strategy_allocations import load_allocations, load_strategy
from the_alchemiser.strategy_v2.evaluation.decision import Decision
from the_alchemiser.strategy_v2.language.text import Source
from the_alchemiser.strategy_v2.rebalancing import LastRebalance, decide_or_keep

pytestmark = pytest.mark.day

ROOT = Path(__file__).parents[2]
DEPLOYED = Decimal("0.99")


@dataclass(frozen=True)
class ClosesSince:
    """The real closes from the day on which the stored bars begin."""

    first: date

    def closes(self, symbol: str, before: date) -> Closes:
        known = closes()[symbol]
        pairs = [
            (day, value)
            for day, value in zip(known.dates, known.values, strict=True)
            if self.first <= day < before
        ]
        return Closes(dates=tuple(d for d, _ in pairs), values=tuple(v for _, v in pairs))


class Expected:
    """What the strategies of a stage want day after day, if every run does its trades."""

    def __init__(self, first_bar: date) -> None:
        self._store = ClosesSince(first_bar)
        self._last: dict[str, LastRebalance] = {}
        self.signalled: dict[str, Decimal] = {}
        """Today's weights as of the last closes."""
        self.targets: dict[str, Decimal] = {}
        """The same with what is held at today's prices."""

    def follow(self, day: date) -> None:
        self.signalled, self.targets = {}, {}
        for entry in load_allocations(ROOT, "local", {}).entries:
            source = Source(file=entry.file, text=load_strategy(ROOT, entry.file))
            decision = decide_or_keep(source, self._store, day, self._last.get(entry.file))
            if decision.kept is None:
                self._last[entry.file] = LastRebalance(
                    as_of=day, weights=decision.weights, text_sha256=decision.text_sha256
                )
            moved = self._moved(decision, day)
            whole = sum(moved.values())
            for symbol, weight in decision.weights.items():
                add(self.signalled, symbol, weight * entry.allocation)
                add(self.targets, symbol, moved[symbol] / whole * entry.allocation)

    def _moved(self, decision: Decision, day: date) -> dict[str, Decimal]:
        if decision.kept is None:
            return dict(decision.weights)
        closes = decision.kept.closes
        return {
            symbol: weight * middle(symbol, day) / closes[symbol]
            for symbol, weight in decision.weights.items()
        }


def add(weights: dict[str, Decimal], symbol: str, weight: Decimal) -> None:
    weights[symbol] = weights.get(symbol, Decimal(0)) + weight


def middle(symbol: str, day: date) -> Decimal:
    close = prices().close(symbol, day)
    half = max(close * SPREAD_PART / 2, CENT)
    bid = (close - half).quantize(CENT, ROUND_HALF_UP)
    ask = (close + half).quantize(CENT, ROUND_HALF_UP)
    return (bid + ask) / 2


def expected_trades(
    weights: Mapping[str, Decimal], held: Mapping[str, Decimal], cash: Decimal, day: date
) -> dict[str, tuple[str, Decimal]]:
    symbols = {*weights, *held}
    snapshot = Snapshot(
        quantities=held, prices={name: middle(name, day) for name in symbols}, cash=cash
    )
    return {
        item.symbol: (item.action.value, item.trade_amount)
        for item in propose(weights, snapshot, DEPLOYED).items
        if item.action is not Action.HOLD
    }


def first_stored_bar(floor: Floor) -> date:
    s3, bucket = floor.stack.client("s3"), floor.stack.bucket("market-data")
    text = s3.get_object(Bucket=bucket, Key="AAPL/metadata.json")["Body"].read()
    metadata = json.loads(text)
    last = date.fromisoformat(metadata["last_bar_date"])
    days = prices().days
    rows: int = metadata["row_count"]
    return days[days.index(last) - rows + 1]


def trade_and_compare(floor: Floor, days: Sequence[date]) -> None:
    expected = Expected(first_stored_bar(floor))
    for day in days:
        books = floor.books
        held = {symbol: Decimal(text) for symbol, text in books["positions"].items()}
        cash = Decimal(books["cash"])
        result = floor.trade(day)
        expected.follow(day)
        assert result.ending is Ending.COMPLETED
        assert_same_weights(result, expected.signalled)
        trades = expected_trades(expected.targets, held, cash, day)
        planned = {
            line.symbol: (line.action, line.amount) for line in result.plan if line.action != "HOLD"
        }
        assert planned == trades, day
        orders = {fill.symbol: fill.side.upper() for fill in result.fills}
        assert orders == {symbol: side for symbol, (side, _) in trades.items()}, day
        assert_on_target(result)
    assert_books_agree(floor)
    assert_profits_agree(result)
    assert_report_agrees(floor, result)


def assert_same_weights(result: DayResult, weights: Mapping[str, Decimal]) -> None:
    found: dict[str, Decimal] = {}
    for signal in result.signals:
        for symbol, weight in signal.target_weights.items():
            found[symbol] = found.get(symbol, Decimal(0)) + weight
    assert found == weights, result.day


def test_three_days_are_those_of_an_evaluation_in_process(floor: Floor) -> None:
    trade_and_compare(floor, DAYS[:3])


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_twenty_days_are_those_of_an_evaluation_in_process(floor: Floor) -> None:
    start = tradable_days().index(DAYS[0])
    trade_and_compare(floor, tradable_days()[start : start + 20])
