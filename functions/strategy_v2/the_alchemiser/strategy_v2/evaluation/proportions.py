"""In which proportions a holding is divided among its children, for one day or for all days."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

import numpy as np

from the_alchemiser.strategy_v2.evaluation.day_sets import DaySet, days_as_bools, holds_day

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Rows = NDArray[np.float64]

ONE = Decimal(1)
ZERO = Decimal(0)
ALMOST_NOTHING = 1e-300
"""Keeps a sum of no parts from dividing by zero; it is lost in any other sum."""


class Proportions(Protocol):
    """Parts that need not sum to one: each child gets its part of their sum."""

    def on(self, back: int, count: int) -> Sequence[Decimal]:
        """Give the part of each of `count` children on one day, exactly."""
        ...

    def blend(self, rows: Sequence[Rows]) -> Rows:
        """Add up figures of the children, one column a day, each by its part of the sum."""
        ...


class Even:
    """The same for each child."""

    __slots__ = ()

    def on(self, back: int, count: int) -> Sequence[Decimal]:
        """Give one to each."""
        return [ONE] * count

    def blend(self, rows: Sequence[Rows]) -> Rows:
        """Take the mean."""
        if len(rows) == 1:
            return rows[0]
        total = rows[0] + rows[1]
        for row in rows[2:]:
            total += row
        total *= 1 / len(rows)
        return total


EVEN = Even()


class Literal:
    """Weights as a file states them."""

    __slots__ = ("_parts",)

    def __init__(self, parts: Sequence[Decimal]) -> None:
        self._parts = parts

    def on(self, back: int, count: int) -> Sequence[Decimal]:
        """Give the same on every day."""
        return self._parts

    def blend(self, rows: Sequence[Rows]) -> Rows:
        """Take the weighted mean."""
        scale = float(sum(self._parts))
        total = rows[0] * (float(self._parts[0]) / scale)
        for row, part in zip(rows[1:], self._parts[1:], strict=True):
            total += row * (float(part) / scale)
        return total


class ByDay:
    """Parts that differ from day to day, one row for each child."""

    __slots__ = ("_parts", "_total")

    def __init__(self, parts: Sequence[Rows]) -> None:
        self._parts = parts
        self._total: Rows | None = None
        """Their sum, which several figures are blended by."""

    def on(self, back: int, count: int) -> Sequence[Decimal]:
        """Give the shortest decimals of the day's parts."""
        return [Decimal(repr(float(parts[back]))) for parts in self._parts]

    def blend(self, rows: Sequence[Rows]) -> Rows:
        """Take the mean weighted by each day's own parts."""
        if self._total is None:
            self._total = sum(self._parts[1:], self._parts[0] + ALMOST_NOTHING)
        result = rows[0] * self._parts[0]
        for row, parts in zip(rows[1:], self._parts[1:], strict=True):
            result += row * parts
        result /= self._total
        return result


class Picked:
    """All of one child on each day; sets of days that do not overlap say of which."""

    __slots__ = ("_days",)

    def __init__(self, days: Sequence[DaySet]) -> None:
        self._days = days

    def on(self, back: int, count: int) -> Sequence[Decimal]:
        """Give everything to the day's child."""
        return [ONE if holds_day(days, back) else ZERO for days in self._days]

    def blend(self, rows: Sequence[Rows]) -> Rows:
        """Take each day's column from the day's child."""
        span = rows[0].shape[-1]
        result = rows[-1]
        for row, days in zip(rows[:-1], self._days, strict=False):
            result = np.where(days_as_bools(days, span), row, result)
        return result
