"""Strategies, reviewed before they are deployed by the very code that evaluates them."""

from __future__ import annotations

import csv
import gzip
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import the_alchemiser
from the_alchemiser.shared.errors import ConfigurationError, DataUnavailable
from the_alchemiser.shared.market_data import BarStore, Closes
from the_alchemiser.shared.strategy_allocations import (
    ALLOCATION_FILES,
    STRATEGIES_FOLDER,
    load_strategy,
    read_allocations,
)

if TYPE_CHECKING:
    from the_alchemiser.strategy_v2.review import Review

CLOSES = Path("local/market/data/closes.csv.gz")
"""The closes that the repository keeps, on which local stacks trade."""

INDEX = "SP500"
"""A column to compare with: nobody can trade it, so no strategy has its closes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptCloses:
    """A file of closes, one row a day and one column a symbol, as a store of bars."""

    days: tuple[date, ...]
    values: Mapping[str, tuple[float, ...]]

    @classmethod
    def of(cls, path: Path) -> KeptCloses:
        """Read the file."""
        with gzip.open(path, "rt", encoding="utf-8") as stream:
            header, *rows = csv.reader(stream)
        columns = list(zip(*rows, strict=True))
        return cls(
            days=tuple(map(date.fromisoformat, columns[0])),
            values={
                symbol: tuple(map(float, column))
                for symbol, column in zip(header[1:], columns[1:], strict=True)
                if symbol != INDEX
            },
        )

    def closes(self, symbol: str, before: date) -> Closes:
        """Read the closes of the days before `before`."""
        count = bisect_left(self.days, before)
        if symbol not in self.values or not count:
            raise DataUnavailable(symbol)
        return Closes(dates=self.days[:count], values=self.values[symbol][:count])

    def days_until(self, as_of: date) -> tuple[date, ...]:
        """List the trading days up to this one, which itself may lie behind them or between."""
        return (*self.days[: bisect_left(self.days, as_of)], as_of)


def review_strategies(root: Path, *, is_local: bool) -> Review:
    """Review every strategy that any stage trades, on the closes that the repository keeps.

    Only a local stack trades on just these; what an account's data function can fetch, nobody
    knows before it is asked.
    """
    store = KeptCloses.of(root / CLOSES)
    as_of = store.days[-1] + timedelta(days=1)
    reviews = [review_strategy(root, file, store, as_of) for file in _traded(root)]
    absent = [told for each in reviews for told in each.absent] if is_local else []
    return _review_type(root)(
        problems=tuple(told for each in reviews for told in each.problems),
        warnings=(*absent, *(told for each in reviews for told in each.warnings)),
    )


def review_strategy(root: Path, file: str, store: BarStore, as_of: date) -> Review:
    """Review a file below strategies/ on the bars before `as_of`."""
    speak_the_language(root)
    from the_alchemiser.strategy_v2.language.text import Source
    from the_alchemiser.strategy_v2.review import review

    name = f"{STRATEGIES_FOLDER}/{file}"
    return review(Source(file=name, text=load_strategy(root, file)), store, as_of)


def speak_the_language(root: Path) -> None:
    """Let the language be imported: it belongs to its function, and is found where its zip has it.

    A namespace package takes further portions at run time.
    """
    portion = str(root / "functions/strategy_v2/the_alchemiser")
    if portion not in the_alchemiser.__path__:
        the_alchemiser.__path__.append(portion)


def _review_type(root: Path) -> type[Review]:
    speak_the_language(root)
    from the_alchemiser.strategy_v2.review import Review

    return Review


def _traded(root: Path) -> list[str]:
    """List the files that exist; what is wrong with allocations is told elsewhere."""
    files: set[str] = set()
    for path in ALLOCATION_FILES:
        try:
            files |= {entry.file for entry in read_allocations(root, path).entries}
        except ConfigurationError:
            continue
    return sorted(file for file in files if (root / STRATEGIES_FOLDER / file).is_file())
