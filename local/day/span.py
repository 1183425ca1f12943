"""What came of days in a row: return, drawdown and trades, beside the index."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from local.day.result import DayResult

COLUMNS = ("day", "ending", "equity", "return", "drawdown", "index_close", "index_return", "fills")


@dataclass(frozen=True, kw_only=True, slots=True)
class SpanDay:
    """The end of one day, measured from the close before the first day."""

    day: date
    ending: str
    equity: Decimal
    index_close: Decimal
    total_return: Decimal
    """Share by which the equity has grown."""
    drawdown: Decimal
    """Share by which it lies below its highest end of a day so far; never positive."""
    index_return: Decimal
    fills: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """Days in a row."""

    began_with: Decimal
    index_before: Decimal
    """The index at the close before the first day."""
    days: tuple[SpanDay, ...]

    @property
    def deepest_drawdown(self) -> Decimal:
        """The worst of all drawdowns, as a negative fraction."""
        return min((day.drawdown for day in self.days), default=Decimal(0))

    @property
    def fills(self) -> int:
        """Executions at the broker."""
        return sum(day.fills for day in self.days)


def span_of(results: Sequence[DayResult], began_with: Decimal, index_before: Decimal) -> Span:
    """Measure days; `began_with` is the equity at the close before the first of them."""
    return Span(
        began_with=began_with,
        index_before=index_before,
        days=tuple(_days(results, began_with, index_before)),
    )


def _days(
    results: Sequence[DayResult], began_with: Decimal, index_before: Decimal
) -> Iterator[SpanDay]:
    highest = began_with
    for result in results:
        highest = max(highest, result.equity)
        yield SpanDay(
            day=result.day,
            ending=result.ending.value,
            equity=result.equity,
            index_close=result.index_close,
            total_return=result.equity / began_with - 1,
            drawdown=result.equity / highest - 1,
            index_return=result.index_close / index_before - 1,
            fills=len(result.fills),
        )


def write_csv(span: Span, path: Path) -> None:
    """Write a row for each day; parts are fractions, dollars have cents."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for day in span.days:
            parts = (day.total_return, day.drawdown, day.index_return)
            total, drawdown, index = (f"{part:.6f}" for part in parts)
            equity = f"{day.equity:.2f}"
            writer.writerow(
                (day.day, day.ending, equity, total, drawdown, day.index_close, index, day.fills)
            )
