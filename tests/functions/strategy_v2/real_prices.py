"""The real closes that the project ships, as a store of bars."""

from __future__ import annotations

import csv
import gzip
from datetime import date
from functools import cache
from pathlib import Path

from the_alchemiser.shared.errors import DataUnavailable
from the_alchemiser.shared.market_data import Closes

LAST_DAY = date(2022, 12, 28)
AS_OF = date(2022, 12, 29)

_FILE = Path(__file__).parents[3] / "local/market/data/closes.csv.gz"


@cache
def closes() -> dict[str, Closes]:
    with gzip.open(_FILE, "rt") as stream:
        rows = list(csv.reader(stream))
    header, *days = rows
    dates = tuple(date.fromisoformat(day[0]) for day in days)
    return {
        symbol: Closes(dates=dates, values=tuple(float(day[column]) for day in days))
        for column, symbol in enumerate(header[1:], 1)
    }


class RealPrices:
    """A store of the last `bars` real closes of each symbol, and of none of `absent` ones."""

    def __init__(self, absent: frozenset[str] = frozenset(), bars: int = 2_000) -> None:
        self._absent = absent
        self._bars = bars

    def closes(self, symbol: str, before: date) -> Closes:
        known = closes().get(symbol)
        if known is None or symbol in self._absent:
            raise DataUnavailable(symbol)
        end = sum(day < before for day in known.dates)
        start = max(0, end - self._bars)
        if start == end:
            raise DataUnavailable(symbol)
        return Closes(dates=known.dates[start:end], values=known.values[start:end])
