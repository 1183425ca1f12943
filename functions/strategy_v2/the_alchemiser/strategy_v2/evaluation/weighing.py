"""The operators that give weights without ranking."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias, TypeGuard

import numpy as np

from the_alchemiser.strategy_v2.evaluation.days import (
    NO_DAYS,
    DaySet,
    bools_as_days,
    days_as_bools,
    days_back,
    one_day,
)
from the_alchemiser.strategy_v2.evaluation.figures import Figures
from the_alchemiser.strategy_v2.evaluation.holdings import ByDay, Holding, Literal
from the_alchemiser.strategy_v2.evaluation.values import (
    NOTHING,
    Failure,
    Outcome,
    Portion,
    Value,
    absent_failure,
    flatten,
    held_equally,
    is_something,
    overlay,
    pick,
    portions,
)
from the_alchemiser.strategy_v2.plan.steps import InverseVolatility, Specified

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

Entries: TypeAlias = "tuple[tuple[DaySet, str | Holding], ...]"
"""What one child holds on different days."""


def equal(children: Sequence[Outcome], days: DaySet) -> Outcome:
    """Give each child the same weight."""
    return [
        (part, held_equally(found) if _all_hold(found) else _first_failure(found))
        for part, found in overlay([portions(child) for child in children], days)
    ]


def specified(step: Specified, children: Sequence[Outcome], days: DaySet) -> Outcome:
    """Give each child its literal weight."""
    return [
        (part, _specified(step, found) if _all_hold(found) else _first_failure(found))
        for part, found in overlay([portions(child) for child in children], days)
    ]


def _all_hold(found: Sequence[Portion | Failure]) -> TypeGuard[Sequence[Portion]]:
    return Failure not in [type(each) for each in found]


def _first_failure(found: Sequence[Portion | Failure]) -> Failure:
    return next(each for each in found if isinstance(each, Failure))


def _specified(step: Specified, held: Sequence[Portion]) -> Value:
    if not all(count for count, _ in held):
        return Failure(step.offset, "something to hold for each weight", "nothing")
    weighed = [
        (item, weight) for (_, item), weight in zip(held, step.weights, strict=True) if weight
    ]
    return Holding([item for item, _ in weighed], Literal([weight for _, weight in weighed]))


def inverse_volatility(
    step: InverseVolatility, children: Sequence[Outcome], days: DaySet, figures: Figures
) -> Outcome:
    """Weigh each child by the inverse of how much it swings, which differs from day to day."""
    result: Outcome = []
    for part, values in overlay([_side_by_side(child) for child in children], days):
        entries: list[Entries] = []
        failure: Failure | None = None
        for value in values:
            if isinstance(value, Failure):
                failure = failure or value
            else:
                entries += value
        if failure:
            result.append((part, failure))
        else:
            result += _weighed(step, entries, part, figures)
    return result


def _side_by_side(outcome: Outcome) -> list[tuple[DaySet, Failure | tuple[Entries, ...]]]:
    """List the things that a child holds; those that are one thing each day become one entry."""
    if len(outcome) == 1:
        days, only = outcome[0]
        if isinstance(only, str) or (isinstance(only, Holding) and only.children):
            return [(days, (((days, only),),))]
    result: list[tuple[DaySet, Failure | tuple[Entries, ...]]] = []
    single: list[tuple[DaySet, str | Holding]] = []
    for days, value in outcome:
        found = flatten((value,))
        if isinstance(found, Failure):
            result.append((days, found))
        elif len(found) == 1 and is_something(found[0]):
            single.append((days, found[0]))
        else:
            held = [item for item in found if is_something(item)]
            result.append((days, tuple(((days, item),) for item in held)))
    if single:
        days = NO_DAYS
        for mask, _ in single:
            days |= mask
        result.append((days, (tuple(single),)))
    return result


def _weighed(
    step: InverseVolatility, children: Sequence[Entries], days: DaySet, figures: Figures
) -> Outcome:
    if not children:
        return [(days, NOTHING)]
    seen: dict[str, DaySet] = {}
    items = [pick(entries) for entries in children]
    swings = figures.swings(step.indicator)
    parts = [
        _parts(swings.steadiness(item), entries, seen)
        for item, entries in zip(items, children, strict=True)
    ]
    # Nearly always the first child swings on every day, and there is no need to ask the others.
    always = parts[0].min() > 0
    swinging = days if always else days & bools_as_days(np.maximum.reduce(parts) > 0)
    result: Outcome = []
    if swinging:
        result.append((swinging, Holding(items, ByDay(parts))))
    if days != swinging:
        failure = Failure(step.offset, "at least one child that swings", "none")
        result.append((days & ~swinging, failure))
    return _without_absent(step, items, result, figures) if figures.indicators.absent else result


def _parts(parts: Numbers, entries: Entries, seen: dict[str, DaySet]) -> Numbers:
    """Leave out the days on which an earlier child holds the same ticker."""
    repeated = NO_DAYS
    for days, item in entries:
        if isinstance(item, str):
            earlier = seen.get(item, NO_DAYS)
            repeated |= earlier & days
            seen[item] = earlier | days
    return np.where(days_as_bools(repeated, len(parts)), 0.0, parts) if repeated else parts


def _without_absent(
    step: InverseVolatility, items: Sequence[str | Holding], outcome: Outcome, figures: Figures
) -> Outcome:
    """Let the days fail on which a child holds a symbol without bars."""
    result: Outcome = []
    for days, value in outcome:
        for back in days_back(days):
            errors = (figures.absent(item, back) for item in items)
            error = next((error for error in errors if error), None)
            result.append((one_day(back), absent_failure(step.offset, error) if error else value))
    return result
