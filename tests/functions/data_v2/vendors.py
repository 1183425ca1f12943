"""A vendor in memory, and bars for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from the_alchemiser.shared.market_data import Bar


def bars_until(last: date, count: int, close: float = 100.0) -> list[Bar]:
    """Make bars on consecutive weekdays, each close a cent above the one before."""
    days: list[date] = []
    day = last
    while len(days) < count:
        if day.weekday() < 5:
            days.append(day)
        day -= timedelta(days=1)
    return [
        Bar(day=each, open=close, high=close + 1, low=close - 1, close=close + i / 100, volume=1e6)
        for i, each in enumerate(reversed(days))
    ]


def scaled(bar: Bar, factor: float) -> Bar:
    """Adjust one bar, as a split or a dividend does."""
    return replace(
        bar,
        open=bar.open * factor,
        high=bar.high * factor,
        low=bar.low * factor,
        close=bar.close * factor,
    )


@dataclass
class FakeVendor:
    """Sells the bars it was given, and remembers what was asked."""

    history: dict[str, list[Bar]] = field(default_factory=dict)
    failures: dict[str, Exception] = field(default_factory=dict)
    asked: list[tuple[str, date, date]] = field(default_factory=list)

    def bars(self, symbol: str, first: date, last: date) -> Sequence[Bar]:
        self.asked.append((symbol, first, last))
        if symbol in self.failures:
            raise self.failures[symbol]
        return [bar for bar in self.history.get(symbol, []) if first <= bar.day <= last]
