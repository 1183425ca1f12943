"""Short ways to write and evaluate a strategy in a test."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from the_alchemiser.shared.errors import DataUnavailable
from the_alchemiser.shared.market_data import Closes
from the_alchemiser.strategy_v2.evaluation.decision import Decision, decide
from the_alchemiser.strategy_v2.language.text import Source

TODAY = date(2022, 3, 15)
"""A Tuesday; the last bar is Monday's."""


def weekdays_until(last: date, count: int) -> tuple[date, ...]:
    days: list[date] = []
    while len(days) < count:
        if last.weekday() < 5:
            days.insert(0, last)
        last -= timedelta(days=1)
    return tuple(days)


class Market:
    """A store of made-up closes: each symbol's values, the last of them on Monday."""

    def __init__(self, **values: list[float]) -> None:
        self.values = values
        self.read: list[str] = []

    def closes(self, symbol: str, before: date) -> Closes:
        self.read.append(symbol)
        if symbol not in self.values:
            raise DataUnavailable(symbol)
        values = self.values[symbol]
        return Closes(
            dates=weekdays_until(TODAY - timedelta(days=1), len(values)), values=tuple(values)
        )


def growing(percent: float, bars: int = 60, start: float = 100.0) -> list[float]:
    """Return closes that change by the same percentage every day."""
    return [start * (1 + percent / 100) ** day for day in range(bars)]


def swinging(percent: float, bars: int = 60) -> list[float]:
    """Return closes that go up and down in turn."""
    return [100.0 * (1 + percent / 100) ** (day % 2) for day in range(bars)]


def decided(text: str, market: Market) -> Decision:
    return decide(Source(file="f.clj", text=text), market, TODAY)


def weights(text: str, market: Market | None = None) -> Mapping[str, float]:
    """Evaluate a text to rounded weights."""
    found = decided(text, market or Market()).weights
    return {symbol: round(float(weight), 9) for symbol, weight in sorted(found.items())}
