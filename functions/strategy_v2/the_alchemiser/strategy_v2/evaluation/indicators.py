"""All that is measured in one evaluation: each symbol read once, each indicator worked out once."""

from __future__ import annotations

import math
import operator
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from math import isnan
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from the_alchemiser.shared.errors import DataUnavailable
from the_alchemiser.shared.market_data import BarStore, Closes
from the_alchemiser.strategy_v2.evaluation.days import (
    NO_DAYS,
    DaySet,
    Weekdays,
    bools_as_days,
    each_day,
    last_days,
)
from the_alchemiser.strategy_v2.evaluation.formulas import values_of
from the_alchemiser.strategy_v2.plan.steps import (
    Combinator,
    Comparator,
    Comparison,
    Condition,
    Indicator,
    IndicatorOf,
    indicators_of,
)

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


class Prices:
    """Closes, and for each day how many of them were known by then."""

    def __init__(self, closes: Closes, days: Sequence[date]) -> None:
        self._closes = np.asarray(closes.values, dtype=np.float64)
        self.known = [bisect_right(closes.dates, day) for day in days]
        """How many bars each day knows, from today backwards."""
        self.returns = [
            self._return(count, closes.dates, day)
            for count, day in zip(self.known, days, strict=True)
        ]
        """The close-to-close return of each day that has a bar, from today backwards."""

    def values_of(self, indicator: Indicator) -> list[float]:
        """Work an indicator out for each day, from today backwards; NaN where it has no value."""
        last = self.known[0]
        first = max(1, self.known[-1])
        if last < first:
            return [math.nan] * len(self.known)
        counts = range(first, last + 1)
        values = values_of(indicator, self._closes, counts).tolist()
        return [values[count - first] if count else math.nan for count in self.known]

    def _return(self, count: int, dates: Sequence[date], day: date) -> float | None:
        if count < 2 or dates[count - 1] != day:
            return None
        return float(self._closes[count - 1] / self._closes[count - 2] - 1)


MIRRORED: Mapping[Comparator, Comparator] = MappingProxyType(
    {
        Comparator.LESS: Comparator.GREATER,
        Comparator.AT_MOST: Comparator.AT_LEAST,
        Comparator.GREATER: Comparator.LESS,
        Comparator.AT_LEAST: Comparator.AT_MOST,
        Comparator.EQUAL: Comparator.EQUAL,
    }
)
"""The comparison that holds when both sides change places."""


class Indicators:
    """Prices and indicators on the last `span` weekdays before `as_of`."""

    def __init__(self, store: BarStore, as_of: date, span: int) -> None:
        self.weekdays = Weekdays(as_of)
        self.span = span
        self._store = store
        self._as_of = as_of
        self._days = [self.weekdays.day(back) for back in range(span)]
        self._all = last_days(span)
        self._prices: dict[str, Prices] = {}
        self.absent: dict[str, DataUnavailable] = {}
        """Symbols that were asked for and have no bars."""
        self._series: dict[tuple[Indicator, str], Series] = {}

    def prices(self, symbol: str) -> Prices:
        """Return a symbol's prices; DataUnavailable, again and again, for one without."""
        if symbol in self.absent:
            raise self.absent[symbol]
        prices = self._prices.get(symbol)
        if prices is None:
            try:
                closes = self._store.closes(symbol, self._as_of)
            except DataUnavailable as error:
                self.absent[symbol] = error
                raise
            prices = self._prices[symbol] = Prices(closes, self._days)
        return prices

    def series(self, indicator: Indicator, symbol: str) -> Series:
        """Return an indicator over all the days."""
        key = (indicator, symbol)
        series = self._series.get(key)
        if series is None:
            series = self._series[key] = Series(self.prices(symbol).values_of(indicator))
        return series

    def known_bars(self, symbol: str, back: int) -> int:
        """Count the bars of a symbol that were known on a day."""
        return self.prices(symbol).known[back]

    def judge(self, condition: Condition) -> tuple[DaySet, DaySet]:
        """Return the days on which a condition holds, and those on which it has no answer.

        Parts are looked at in the order of the text, and only on the days that the parts before
        have left open.
        """
        if isinstance(condition, Comparison):
            undefined = self._undefined(condition)
            return self._holds(condition) & ~undefined, undefined
        if condition.combinator is Combinator.NOT:
            holds, undefined = self.judge(condition.parts[0])
            return self._all & ~(holds | undefined), undefined
        is_all = condition.combinator is Combinator.ALL
        still_open, known, unknown = self._all, NO_DAYS, NO_DAYS
        for part in condition.parts:
            if still_open:
                holds, undefined = self.judge(part)
                unknown |= still_open & undefined
                known |= NO_DAYS if is_all else still_open & holds
                still_open &= (holds if is_all else ~holds) & ~undefined
        return (still_open if is_all else known), unknown

    def _holds(self, condition: Comparison) -> DaySet:
        left, right = condition.left, condition.right
        if isinstance(left, IndicatorOf):
            series = self.series(left.indicator, left.symbol)
            if isinstance(right, IndicatorOf):
                other = self.series(right.indicator, right.symbol)
                return series.days_against(condition.comparator, other)
            return series.days(condition.comparator, Decimal(right))
        if isinstance(right, IndicatorOf):
            series = self.series(right.indicator, right.symbol)
            return series.days(MIRRORED[condition.comparator], Decimal(left))
        return self._all if compare(condition.comparator, left, right) else NO_DAYS

    def _undefined(self, condition: Comparison) -> DaySet:
        result = NO_DAYS
        for wanted in indicators_of(condition):
            result |= self.series(wanted.indicator, wanted.symbol).undefined
        return result
