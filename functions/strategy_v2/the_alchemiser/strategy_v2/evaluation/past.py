"""What following a group would have returned, and indicators of those returns."""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise
from math import fsum, sqrt

from the_alchemiser.shared.errors import DataUnavailable
from the_alchemiser.strategy_v2.evaluation.formulas import TRADING_DAYS_A_YEAR, strength
from the_alchemiser.strategy_v2.evaluation.readings import Readings
from the_alchemiser.strategy_v2.evaluation.values import (
    Failure,
    Outcome,
    Value,
    share_equally,
)
from the_alchemiser.strategy_v2.evaluation.weekdays import bits
from the_alchemiser.strategy_v2.plan.steps import Indicator, Measure


class Past:
    """The past of one group's body, from what it comes to on the days on which that is known."""

    def __init__(self, outcome: Outcome, readings: Readings) -> None:
        self._readings = readings
        self._absent: dict[int, DataUnavailable] = {}
        """The days on which the body needs a symbol without bars."""
        earned: dict[int, float] = {}
        for days, value in outcome:
            self._earn(earned, value, [back - 1 for back in bits(days) if back])
        self._days = sorted(earned)
        """The days that have a return, from the latest backwards."""
        self._returns = [earned[back] for back in self._days]
        """What the weights of the day before earned on each of those days."""

    def measure(self, measure: Measure, back: int) -> float | None:
        """Work an indicator out of the returns known on a day; None if there are too few."""
        first = bisect_left(self._days, back)
        last = first + measure.window - 1
        length = self._readings.weekdays.history_length(back, measure.window)
        if last >= len(self._days) or self._days[last] >= back + length:
            return None
        for day, error in self._absent.items():
            if back <= day <= self._days[last]:
                raise error
        return of_returns(measure.indicator, self._returns[first : last + 1][::-1])

    def _earn(self, earned: dict[int, float], value: Value, days: list[int]) -> None:
        holding = share_equally((value,))
        try:
            if isinstance(holding, Failure):
                if holding.absent:
                    raise holding.absent
                return
            parts = [
                (float(weight), self._readings.prices(symbol).returns)
                for symbol, weight in holding.weights.items()
            ]
        except DataUnavailable as error:
            self._absent.update(dict.fromkeys(days, error))
            earned.update(dict.fromkeys(days, 0.0))
            return
        for back in days:
            change = _weighted_mean(parts, back)
            if change is not None:
                earned[back] = change


def _weighted_mean(parts: list[tuple[float, list[float | None]]], back: int) -> float | None:
    known = [(weight, change) for weight, of in parts if (change := of[back]) is not None]
    if len(known) == 1:
        return known[0][1]
    total = fsum([weight for weight, _ in known])
    return fsum([weight * change for weight, change in known]) / total if total > 0 else None


def of_returns(indicator: Indicator, returns: list[float]) -> float:
    """Work an indicator out of daily returns, oldest first."""
    if indicator is Indicator.MOVING_AVERAGE_RETURN:
        return fsum(returns) / len(returns) * 100
    if indicator is Indicator.STDEV_RETURN:
        mean = fsum(returns) / len(returns)
        variance = fsum((change - mean) ** 2 for change in returns) / len(returns)
        return sqrt(variance) * 100 * sqrt(TRADING_DAYS_A_YEAR)
    prices = _prices(returns)
    if indicator is Indicator.CUMULATIVE_RETURN:
        return (prices[-1] - 1) * 100
    if indicator is Indicator.MAX_DRAWDOWN:
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
