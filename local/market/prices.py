"""Real daily closes, read once from the file that the project ships."""

from __future__ import annotations

import csv
import gzip
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

CLOSES = Path(__file__).parent / "data" / "closes.csv.gz"
INDEX = "SP500"
"""Column of the index: to be compared with, not to be traded."""


class NoPriceError(LookupError):
    """There is no close of this symbol on this day."""


@dataclass(frozen=True, slots=True)
class Prices:
    """Closes by symbol and trading day."""

    days: tuple[date, ...]
    """Trading days, oldest first."""
    closes: Mapping[str, tuple[Decimal, ...]]

    @classmethod
    def read(cls, path: Path = CLOSES) -> Prices:
        """Read a gzipped CSV whose first column is Date."""
        with gzip.open(path, "rt", newline="", encoding="ascii") as file:
            header, *rows = csv.reader(file)
        columns = list(zip(*rows, strict=True))
        return cls(
            days=tuple(date.fromisoformat(text) for text in columns[0]),
            closes={
                symbol: tuple(Decimal(text) for text in column)
                for symbol, column in zip(header[1:], columns[1:], strict=True)
            },
        )

    @property
    def symbols(self) -> tuple[str, ...]:
        """What can be traded."""
        return tuple(symbol for symbol in self.closes if symbol != INDEX)

    def is_trading_day(self, day: date) -> bool:
        """Whether the market opened on a day."""
        at = bisect_left(self.days, day)
        return at < len(self.days) and self.days[at] == day

    def close(self, symbol: str, day: date) -> Decimal:
        """Return the last close at or before a day; raise NoPriceError where there is none."""
        at = self.position(day)
        if symbol not in self.closes or at < 0:
            raise NoPriceError(f"no close of {symbol} on or before {day}")
        return self.closes[symbol][at]

    def position(self, day: date) -> int:
        """Return the index of the last trading day at or before a day, -1 where there is none."""
        at = bisect_left(self.days, day)
        return at if at < len(self.days) and self.days[at] == day else at - 1
