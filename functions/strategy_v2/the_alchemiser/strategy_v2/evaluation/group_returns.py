"""What following a group would have returned, and indicators of those returns."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise
from math import fsum, isnan, sqrt

from the_alchemiser.shared.errors import DataUnavailable
from the_alchemiser.strategy_v2.evaluation.days import MAX_HISTORY, days_back
from the_alchemiser.strategy_v2.evaluation.figures import Figures
from the_alchemiser.strategy_v2.evaluation.formulas import TRADING_DAYS_A_YEAR, strength
from the_alchemiser.strategy_v2.evaluation.holdings import Holding
from the_alchemiser.strategy_v2.evaluation.values import Failure, Outcome, portions
from the_alchemiser.strategy_v2.plan.steps import Filter, Indicator, IndicatorKind

HISTORY_INDICATORS = frozenset(
    {
        IndicatorKind.RSI,
        IndicatorKind.CUMULATIVE_RETURN,
        IndicatorKind.MOVING_AVERAGE_RETURN,
        IndicatorKind.STDEV_RETURN,
        IndicatorKind.MAX_DRAWDOWN,
    }
)
"""Indicators that can be worked out from a group's own returns."""


def ranks_history(step: Filter) -> bool:
    """Tell whether a filter can rank groups by their own past returns."""
    indicator = step.indicator
    return indicator.kind in HISTORY_INDICATORS and indicator.window <= MAX_HISTORY


class GroupReturns:
    """The past of one group's body, from what it comes to on the days on which that is known.

    A day is named by when its weights are chosen; they earn what the next weekday returns.
    """

    def __init__(self, outcome: Outcome, figures: Figures) -> None:
        self._figures = figures
        self._items: dict[int, str | Holding] = {}
        """What is held, by the day on which it is chosen."""
        self._absent: dict[int, DataUnavailable] = {}
        """The days on which the body needs a symbol without bars."""
        self._exact: dict[int, float] = {}
        earned: dict[int, float] = {}
        for days, portion in portions(outcome):
            backs = [back for back in days_back(days) if back]
            if isinstance(portion, Failure):
                if portion.absent:
                    self._absent.update(dict.fromkeys(backs, portion.absent))
            elif portion[0]:
                self._earn(earned, portion[1], backs)
        earned.update(dict.fromkeys(self._absent, 0.0))
        self._days = sorted(earned)
        """The days that earn something, from the latest backwards."""
        self._returns = [earned[back] for back in self._days]

    def value_of(self, indicator: Indicator, back: int, *, exact: bool = False) -> float | None:
        """Work an indicator out of the returns known on a day; None if there are too few."""
        first = bisect_left(self._days, back + 1)
        last = first + indicator.window - 1
        length = self._figures.indicators.weekdays.history_length(back, indicator.window)
        if last >= len(self._days) or self._days[last] > back + length:
            return None
        for day, error in self._absent.items():
            if back < day <= self._days[last]:
                raise error
        if exact:
            returns = [self._exactly(day) for day in self._days[first : last + 1]]
        else:
            returns = self._returns[first : last + 1]
        return of_returns(indicator.kind, returns[::-1])

    def _earn(self, earned: dict[int, float], item: str | Holding, backs: list[int]) -> None:
        returns = self._figures.earned(item).tolist()
        for back in backs:
            error = self._figures.absent(item, back)
            if error:
                self._absent[back] = error
            elif not isnan(returns[back]):
                earned[back] = returns[back]
                self._items[back] = item

    def _exactly(self, back: int) -> float:
        """Work out a day's return so that equal weights earn equally to the last bit."""
        known = self._exact.get(back)
        if known is None:
            weights = self._figures.weights.on(self._items[back], back)
            known = self._exact[back] = self._weighted_mean(weights, back - 1)
        return known

    def _weighted_mean(self, weights: Mapping[str, Decimal], day: int) -> float:
        prices = self._figures.indicators.prices
        known = [
            (float(weight), change)
            for symbol, weight in weights.items()
            if (change := prices(symbol).returns[day]) is not None
        ]
        if len(known) == 1:
            return known[0][1]
        total = fsum([weight for weight, _ in known])
        return fsum([weight * change for weight, change in known]) / total


def of_returns(kind: IndicatorKind, returns: list[float]) -> float:
    """Work an indicator out of daily returns, oldest first."""
    if kind is IndicatorKind.MOVING_AVERAGE_RETURN:
        return fsum(returns) / len(returns) * 100
    if kind is IndicatorKind.STDEV_RETURN:
        mean = fsum(returns) / len(returns)
        variance = fsum((change - mean) ** 2 for change in returns) / len(returns)
        return sqrt(variance) * 100 * sqrt(TRADING_DAYS_A_YEAR)
    prices = _prices(returns)
    if kind is IndicatorKind.CUMULATIVE_RETURN:
        return (prices[-1] - 1) * 100
    if kind is IndicatorKind.MAX_DRAWDOWN:
        return _deepest_fall(prices)
    return _rsi(prices)


def _prices(returns: list[float]) -> list[float]:
    prices = [1.0]
    for change in returns:
        prices.append(prices[-1] * (1 + change))
    return prices


def _deepest_fall(prices: list[float]) -> float:
    high, deepest = prices[0], 0.0
    for price in prices:
        high = max(high, price)
        deepest = max(deepest, 1 - price / high)
    return deepest * 100


def _rsi(prices: list[float]) -> float:
    """Wilder's relative strength, seeded with the first gain and loss."""
    changes = [after - before for before, after in pairwise(prices)]
    alpha = 1 / len(changes)
    gain, loss = max(changes[0], 0.0), max(-changes[0], 0.0)
    for change in changes[1:]:
        gain += alpha * (max(change, 0.0) - gain)
        loss += alpha * (max(-change, 0.0) - loss)
    return strength(gain, loss)
