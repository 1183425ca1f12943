"""What a step comes to: a ticker, weights, several of these side by side, or a failure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TypeAlias

from the_alchemiser.shared.errors import DataUnavailable
from the_alchemiser.strategy_v2.evaluation.weekdays import bits


class Holding:
    """Weights by symbol that sum to one, or none at all; never changed once made.

    Decimals of 28 digits: however a weight came about, its nearest double is then the same, and
    what is computed from it in doubles ties where it should.
    """

    __slots__ = ("body", "group", "weights")

    def __init__(
        self, weights: Mapping[str, Decimal], body: int | None = None, group: str = ""
    ) -> None:
        self.weights = weights
        self.body = body
        """The step whose past a filter ranks this by, when it comes from a group."""
        self.group = group
        """The group's name, which nothing but the trace depends on."""


class Failure:
    """Why a step has no value."""

    __slots__ = ("absent", "expected", "found", "offset")

    def __init__(
        self, offset: int, expected: str, found: str, absent: DataUnavailable | None = None
    ) -> None:
        self.offset = offset
        self.expected = expected
        self.found = found
        self.absent = absent
        """The symbol without bars: this fails the whole strategy, also inside a filter."""


Value: TypeAlias = "str | Holding | Failure | tuple[Value, ...]"

Outcome: TypeAlias = list[tuple[int, Value]]
"""Sets of days, none of which overlap, each with the value that holds on all of them."""

NOTHING = Holding({})
ONE = Decimal(1)
ZERO = Decimal(0)


def absent_failure(offset: int, error: DataUnavailable) -> Failure:
    """Make the failure of a step that needs a symbol without bars."""
    return Failure(offset, f"bars of {error.symbol}", error.message, error)


def unwrap(value: Value) -> Value:
    """Take the only thing out of what holds just one."""
    while isinstance(value, tuple) and len(value) == 1:
        value = value[0]
    return value


def flatten(values: Sequence[Value]) -> list[str | Holding] | Failure:
    """List tickers and holdings, also those of nested vectors; the first failure wins."""
    result: list[str | Holding] = []
    todo = list(reversed(values))
    while todo:
        value = todo.pop()
        if isinstance(value, Failure):
            return value
        if isinstance(value, tuple):
            todo += reversed(value)
        else:
            result.append(value)
    return result


def share_equally(values: Sequence[Value]) -> Holding | Failure:
    """Give each child the same weight; those that hold nothing drop out."""
    weights: dict[str, Decimal] = {}
    count = 0
    for value in values:
        if isinstance(value, str):
            weights[value] = weights[value] + ONE if value in weights else ONE
            count += 1
        elif not isinstance(value, Holding):
            found = flatten(values)
            return found if isinstance(found, Failure) else share_equally(found)
        elif value.weights:
            _add(weights, value.weights)
            count += 1
    if count > 1:
        weights = {symbol: weight / count for symbol, weight in weights.items()}
    return Holding(weights)


def share_out(children: Sequence[str | Holding], parts: Sequence[Decimal]) -> Holding:
    """Give each child its part of the sum of all parts."""
    total = sum(parts, ZERO)
    weights: dict[str, Decimal] = {}
    for child, part in zip(children, parts, strict=True):
        inner = {child: ONE} if isinstance(child, str) else child.weights
        _add(weights, {symbol: part * weight for symbol, weight in inner.items()})
    return Holding({symbol: weight / total for symbol, weight in weights.items()})


def _add(weights: dict[str, Decimal], more: Mapping[str, Decimal]) -> None:
    if not weights:
        weights.update(more)
        return
    for symbol, weight in more.items():
        weights[symbol] = weights[symbol] + weight if symbol in weights else weight


def overlay(outcomes: Sequence[Outcome], days: int) -> Iterator[tuple[int, Sequence[Value]]]:
    """Cut days into sets on which no outcome changes; give each set with all the values."""
    parts = [days]
    count = days.bit_count()
    for outcome in outcomes:
        if len(outcome) > 1 and len(parts) < count:
            parts = [part for rest in parts for mask, _ in outcome if (part := rest & mask)]
    if not outcomes:
        return iter([(days, ())])
    columns = [column(outcome, parts) for outcome in outcomes]
    return zip(parts, zip(*columns, strict=True), strict=True)


def column(outcome: Outcome, parts: Sequence[int]) -> Sequence[Value]:
    """Look up the value of an outcome on each of several sets of days."""
    if len(outcome) == 1:
        return [outcome[0][1]] * len(parts)
    if [days for days, _ in outcome] == parts:
        return [value for _, value in outcome]
    by_day = {back: value for mask, value in outcome for back in bits(mask)}
    return [by_day[(part & -part).bit_length() - 1] for part in parts]
