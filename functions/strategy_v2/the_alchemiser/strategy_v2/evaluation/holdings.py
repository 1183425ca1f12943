"""What is held, in which proportions, and which exact weights of symbols that is on one day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

import numpy as np

from the_alchemiser.strategy_v2.evaluation.days import DaySet, days_as_bools, holds_day

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
        """Give one to each, whatever the day."""
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


class Holding:
    """Something that is divided among tickers and other holdings, or nothing if it has no children.

    It says how, not how much of each ticker that is, which differs from day to day: `Weights` says
    that of one day, `Blend` what follows from it for all days. Never changed once made.
    """

    __slots__ = ("body", "children", "group", "proportions")

    def __init__(
        self,
        children: Sequence[str | Holding],
        proportions: Proportions = EVEN,
        body: int | None = None,
        group: str = "",
    ) -> None:
        self.children = children
        self.proportions = proportions
        self.body = body
        """The step whose past a filter ranks this by, when it comes from a group."""
        self.group = group
        """The group's name, which nothing but the trace depends on."""


class Weights:
    """Weights that sum to one, each worked out once.

    Decimals of 28 digits: however a weight came about, its nearest double is then the same, and
    what is computed from it in doubles ties where it should.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[Holding, int], Mapping[str, Decimal]] = {}

    def on(self, item: str | Holding, back: int) -> Mapping[str, Decimal]:
        """Return the weights on a day; only what is held on that day is looked into."""
        if isinstance(item, str):
            return {item: ONE}
        known = self._known
        todo = [item]
        while todo:
            holding = todo[-1]
            if (holding, back) in known:
                todo.pop()
                continue
            parts = holding.proportions.on(back, len(holding.children))
            held = [
                (each, part) for each, part in zip(holding.children, parts, strict=True) if part
            ]
            unknown = [
                each for each, _ in held if isinstance(each, Holding) and (each, back) not in known
            ]
            if unknown:
                todo += unknown
                continue
            known[holding, back] = _apportioned(
                [{each: ONE} if isinstance(each, str) else known[each, back] for each, _ in held],
                [part for _, part in held],
            )
        return known[item, back]


def _apportioned(
    children: Sequence[Mapping[str, Decimal]], parts: Sequence[Decimal]
) -> Mapping[str, Decimal]:
    """Give each child its part of the sum of all parts."""
    if len(children) == 1:
        return children[0]
    total = sum(parts, ZERO)
    weights: dict[str, Decimal] = {}
    for child, part in zip(children, parts, strict=True):
        for symbol, weight in child.items():
            weights[symbol] = weights.get(symbol, ZERO) + weight * part
    return {symbol: weight / total for symbol, weight in weights.items()}
