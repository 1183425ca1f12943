"""All that is measured in one evaluation: each symbol read once, each indicator worked out once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from the_alchemiser.shared.errors import DataUnavailable
from the_alchemiser.shared.market_data import BarStore
from the_alchemiser.strategy_v2.evaluation.prices import Prices
from the_alchemiser.strategy_v2.evaluation.series import Series, compare
from the_alchemiser.strategy_v2.evaluation.weekdays import Weekdays
from the_alchemiser.strategy_v2.plan.steps import Comparator, Condition, Indicator, IndicatorOf

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
        self._all = (1 << span) - 1
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

    def holds(self, condition: Condition) -> int:
        """Return the days on which a condition holds."""
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
        return self._all if compare(condition.comparator, left, right) else 0

    def undefined(self, condition: Condition) -> int:
        """Return the days on which one side of a condition has no value."""
        sides = (condition.left, condition.right)
        result = 0
        for side in sides:
            if isinstance(side, IndicatorOf):
                result |= self.series(side.indicator, side.symbol).undefined
        return result
