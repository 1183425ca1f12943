"""One indicator of one symbol over all the days, and quick answers about it."""

from __future__ import annotations

import operator
from bisect import bisect_left, bisect_right
from decimal import Decimal
from functools import cached_property
from math import isnan
from typing import TYPE_CHECKING, Any

import numpy as np

from the_alchemiser.strategy_v2.evaluation.day_sets import NO_DAYS, DaySet, bools_as_days, each_day
from the_alchemiser.strategy_v2.plan.steps import Comparator

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Series:
    """Values from today backwards; NaN where there is none."""

    def __init__(self, values: list[float]) -> None:
        self.values = values
        self.undefined = NO_DAYS
        for day, value in zip(each_day(len(values)), values, strict=True):
            if isnan(value):
                self.undefined |= day
        """The days without a value."""

    def days(self, comparator: Comparator, number: Decimal) -> DaySet:
        """Return the days on which the comparison with a literal holds.

        Values count as their shortest decimal form, so 0.1 equals a value printed as 0.1. That
        form rises with the value, so only a value equal to the literal's double needs care.
        """
        double = float(number)
        shortest = Decimal(repr(double))
        values, _ = self._ranked
        below = (bisect_right if shortest < number else bisect_left)(values, double)
        up_to = (bisect_left if shortest > number else bisect_right)(values, double)
        return self._between(comparator, below, up_to)

    def days_against(self, comparator: Comparator, other: Series) -> DaySet:
        """Return the days on which the comparison with another series holds."""
        holds = OPERATORS[comparator](self.array, other.array)
        return bools_as_days(holds) & ~(self.undefined | other.undefined)

    def _between(self, comparator: Comparator, below: int, up_to: int) -> DaySet:
        _, sets = self._ranked
        if comparator is Comparator.LESS:
            return sets[below]
        if comparator is Comparator.AT_MOST:
            return sets[up_to]
        if comparator is Comparator.GREATER:
            return sets[-1] ^ sets[up_to]
        if comparator is Comparator.AT_LEAST:
            return sets[-1] ^ sets[below]
        return sets[up_to] ^ sets[below]

    @cached_property
    def array(self) -> NDArray[np.float64]:
        """The values, for computing with all of them at once."""
        return np.array(self.values)

    @cached_property
    def _ranked(self) -> tuple[list[float], list[DaySet]]:
        """Values in rising order, and at each place the days of all the values before it."""
        pairs = sorted((value, back) for back, value in enumerate(self.values) if not isnan(value))
        sets = [NO_DAYS]
        days = each_day(len(self.values))
        for _, back in pairs:
            sets.append(sets[-1] | days[back])
        return [value for value, _ in pairs], sets


def compare(comparator: Comparator, left: Any, right: Any) -> bool:
    """Compare two values of one kind."""
    return bool(OPERATORS[comparator](left, right))


OPERATORS = {
    Comparator.LESS: operator.lt,
    Comparator.AT_MOST: operator.le,
    Comparator.GREATER: operator.gt,
    Comparator.AT_LEAST: operator.ge,
    Comparator.EQUAL: operator.eq,
}
