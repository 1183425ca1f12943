"""What a step comes to: a ticker, weights, several of these side by side, or a failure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TypeAlias, TypeVar

from the_alchemiser.shared.errors import DataUnavailable
from the_alchemiser.strategy_v2.evaluation.days import NO_DAYS, DaySet, days_back, latest
from the_alchemiser.strategy_v2.evaluation.holdings import Holding, Literal, Picked


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

Outcome: TypeAlias = "list[tuple[DaySet, Value]]"
"""Sets of days, none of which overlap, each with the value that holds on all of them."""

Portion: TypeAlias = "tuple[int, str | Holding]"
"""How many children a value counts as where things are weighed, and what they hold together."""

NOTHING = Holding(())

T = TypeVar("T")


def absent_failure(offset: int, error: DataUnavailable) -> Failure:
    """Make the failure of a step that needs a symbol without bars."""
    return Failure(offset, f"bars of {error.symbol}", error.reason, error)


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


def is_something(item: str | Holding) -> bool:
    """Tell whether there is anything to hold."""
    return isinstance(item, str) or bool(item.children)


def held_equally(portions: Sequence[Portion]) -> Holding:
    """Give each child the same weight; those that hold nothing drop out."""
    counts = [count for count, _ in portions if count]
    children = [item for count, item in portions if count]
    if len(set(counts)) <= 1:
        return Holding(children)
    return Holding(children, Literal([Decimal(count) for count in counts]))


def pick(entries: Sequence[tuple[DaySet, str | Holding]]) -> str | Holding:
    """Make one thing of several that are held on different days."""
    if len(entries) == 1:
        return entries[0][1]
    days: dict[str | Holding, DaySet] = {}
    for mask, item in entries:
        days[item] = days.get(item, NO_DAYS) | mask
    if len(days) == 1:
        return entries[0][1]
    return Holding(list(days), Picked(list(days.values())))


def joined(outcome: Outcome) -> Outcome:
    """Make one value of all holdings but those of groups: nothing tells them apart."""
    entries = [
        (days, value)
        for days, value in outcome
        if isinstance(value, Holding) and value.body is None and value.children
    ]
    if len(entries) < 2:
        return outcome
    known = {id(value) for _, value in entries}
    others = [(days, value) for days, value in outcome if id(value) not in known]
    return [(_union(entries), pick(entries)), *others]


def portions(outcome: Outcome) -> list[tuple[DaySet, Portion | Failure]]:
    """Make portions of values, and one of all that count as equally many children."""
    if len(outcome) == 1:
        days, value = outcome[0]
        return [(days, _portion(value))]
    result: list[tuple[DaySet, Portion | Failure]] = []
    by_count: dict[int, list[tuple[DaySet, str | Holding]]] = {}
    for days, value in outcome:
        portion = _portion(value)
        if isinstance(portion, Failure):
            result.append((days, portion))
        else:
            by_count.setdefault(portion[0], []).append((days, portion[1]))
    for count, entries in by_count.items():
        result.append((_union(entries), (count, pick(entries))))
    return result


def _portion(value: Value) -> Portion | Failure:
    if isinstance(value, str):
        return 1, value
    if isinstance(value, Holding):
        return int(bool(value.children)), value
    found = flatten((value,))
    if isinstance(found, Failure):
        return found
    items = [item for item in found if is_something(item)]
    return len(items), Holding(items)


def _union(entries: Sequence[tuple[DaySet, object]]) -> DaySet:
    result = NO_DAYS
    for days, _ in entries:
        result |= days
    return result


def overlay(
    outcomes: Sequence[Sequence[tuple[DaySet, T]]], days: DaySet
) -> Iterator[tuple[DaySet, Sequence[T]]]:
    """Cut days into sets on which no outcome changes; give each set with all the values."""
    if all([len(outcome) == 1 for outcome in outcomes]):
        return iter([(days, [outcome[0][1] for outcome in outcomes])])
    parts = [days]
    count = days.bit_count()
    for outcome in outcomes:
        if len(outcome) > 1 and len(parts) < count:
            parts = [part for rest in parts for mask, _ in outcome if (part := rest & mask)]
    columns = [_column(outcome, parts) for outcome in outcomes]
    return zip(parts, zip(*columns, strict=True), strict=True)


def _column(outcome: Sequence[tuple[DaySet, T]], parts: Sequence[DaySet]) -> Sequence[T]:
    """Look up the value of an outcome on each of several sets of days."""
    if len(outcome) == 1:
        return [outcome[0][1]] * len(parts)
    if [days for days, _ in outcome] == parts:
        return [value for _, value in outcome]
    by_day = {back: value for mask, value in outcome for back in days_back(mask)}
    return [by_day[latest(part)] for part in parts]
