"""The indicators' formulas, each for a run of days at once.

Every function takes the closes, oldest first, a window, and `counts`: how many bars were known on
each of the days asked for, rising by one each. It answers with one number a day, NaN where the
indicator is not defined. Section numbers: docs/strategy-language.md.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from the_alchemiser.strategy_v2.plan.steps import Indicator, IndicatorKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers: TypeAlias = NDArray[np.float64]

TRADING_DAYS_A_YEAR = 252
NEUTRAL_RSI = 50.0


def rsi(closes: Numbers, window: int, counts: range) -> Numbers:
    """Wilder's relative strength, smoothed over all known history and seeded with 0."""
    changes = np.diff(closes, prepend=closes[:1])
    gains = smoothed(np.maximum(changes, 0.0), 1 / window, counts)
    losses = smoothed(np.maximum(-changes, 0.0), 1 / window, counts)
    return np.array(
        [
            NEUTRAL_RSI if count < window else strength(gain, loss)
            for count, gain, loss in zip(counts, gains, losses, strict=True)
        ]
    )


def current_price(closes: Numbers, window: int, counts: range) -> Numbers:
    """Last close."""
    return closes[counts.start - 1 : counts.stop - 1]


def moving_average_price(closes: Numbers, window: int, counts: range) -> Numbers:
    """Mean of the last closes."""
    return _rolling(closes, window, counts, math.nan, lambda rows: rows.mean(axis=1))


def exponential_moving_average_price(closes: Numbers, window: int, counts: range) -> Numbers:
    """Exponential mean over all known history, from the window's length on."""
    averages = np.array(smoothed(closes, 2 / (window + 1), counts))
    averages[: max(0, window - counts.start)] = math.nan
    return averages


def moving_average_return(closes: Numbers, window: int, counts: range) -> Numbers:
    """Mean of the last daily returns, in percent."""
    return _of_returns(closes, window, counts, lambda rows: rows.mean(axis=1) * 100)


def stdev_return(closes: Numbers, window: int, counts: range) -> Numbers:
    """Spread of the last daily returns: population deviation, in percent a year."""
    return _of_returns(closes, window, counts, annual_deviation)


def cumulative_return(closes: Numbers, window: int, counts: range) -> Numbers:
    """Return over the window, in percent."""
    return _rolling(
        closes, window + 1, counts, 0.0, lambda rows: (rows[:, -1] / rows[:, 0] - 1) * 100
    )


def stdev_price(closes: Numbers, window: int, counts: range) -> Numbers:
    """Sample deviation of the last closes; a single close has none."""
    if window == 1:
        return np.zeros(len(counts))
    return _rolling(closes, window, counts, 0.0, lambda rows: rows.std(axis=1, ddof=1))


def max_drawdown(closes: Numbers, window: int, counts: range) -> Numbers:
    """Deepest fall from a high within the last closes, as a positive percentage."""
    return _rolling(closes, window, counts, 0.0, deepest_fall)


def annual_deviation(returns: Numbers) -> Numbers:
    """Spread along rows of daily returns: population deviation, in percent a year."""
    return (returns * 100).std(axis=1) * math.sqrt(TRADING_DAYS_A_YEAR)


def deepest_fall(prices: Numbers) -> Numbers:
    """Deepest fall from a high along rows of prices, as a positive percentage."""
    return -(prices / np.maximum.accumulate(prices, axis=1) - 1).min(axis=1) * 100


def strength(gain: float, loss: float) -> float:
    """Turn average gain and loss into a number from 0 to 100."""
    if loss == 0:
        return 100.0 if gain > 0 else NEUTRAL_RSI
    return 100 - 100 / (1 + gain / loss)


def smoothed(values: Numbers, alpha: float, counts: range) -> list[float]:
    """Exponential means, each the one before moved by `alpha` towards the next value.

    The first of them in one sum, since a recursion over all history would cost most of a run.
    """
    keep = 1 - alpha
    known = values[: counts.start]
    weights = keep ** np.arange(len(known) - 1, -1, -1.0)
    mean = float(alpha * np.dot(known[1:], weights[1:]) + weights[0] * known[0])
    means = [mean]
    for value in values[counts.start : counts.stop - 1].tolist():
        mean += alpha * (value - mean)
        means.append(mean)
    return means


def _rolling(
    values: Numbers,
    window: int,
    counts: range,
    short: float,
    formula: Callable[[Numbers], Numbers],
) -> Numbers:
    """Apply a formula to the last `window` values of each day; `short` where there are fewer."""
    result = np.full(len(counts), short)
    first = max(window, counts.start)
    if first < counts.stop:
        rows = sliding_window_view(values[first - window : counts.stop - 1], window)
        result[first - counts.start :] = formula(rows)
    return result


def _of_returns(
    closes: Numbers, window: int, counts: range, formula: Callable[[Numbers], Numbers]
) -> Numbers:
    """Apply a formula to the last daily returns: 0 before the window's length, none at it."""
    returns = closes[1:] / closes[:-1] - 1
    fewer = range(counts.start - 1, counts.stop - 1)
    result = _rolling(returns, window, fewer, 0.0, formula)
    if window in counts:
        result[window - counts.start] = math.nan
    return result


def values_of(indicator: Indicator, closes: Numbers, counts: range) -> Numbers:
    """Work an indicator out for each of the days."""
    formula = FORMULAS.get(indicator.kind)
    if formula is not None:
        return formula(closes, indicator.window, counts)
    if indicator.kind in (IndicatorKind.LOWER_BOLLINGER, IndicatorKind.UPPER_BOLLINGER):
        return band(indicator, closes, counts)
    return oscillator(indicator, closes, counts)


def oscillator(indicator: Indicator, closes: Numbers, counts: range) -> Numbers:
    """How far the short exponential mean lies above the long one, or the mean of that.

    From the first day with all bars of the long mean on, as `ta` defines MACD and PPO:
    https://github.com/bukosabino/ta/blob/master/ta/momentum.py
    """
    days = [int(number) for number in indicator.others]
    known = closes[: counts.stop - 1]
    result = np.full(len(counts), math.nan)
    if len(known) < indicator.window:
        return result
    every_day = range(1, len(known) + 1)
    long, short = (
        np.array(smoothed(known, 2 / (window + 1), every_day))
        for window in (indicator.window, days[0])
    )
    apart = (short - long)[indicator.window - 1 :]
    first = indicator.window
    if indicator.kind in IN_PERCENT:
        apart = apart / long[indicator.window - 1 :] * 100
    if len(days) > 1:
        smooth = days[1]
        means = smoothed(apart, 2 / (smooth + 1), range(1, len(apart) + 1))
        apart = np.array(means[smooth - 1 :])
        first += smooth - 1
    last = counts.stop - 1
    begin = max(first, counts.start)
    if begin <= last:
        result[begin - counts.start :] = apart[begin - first :]
    return result


def band(indicator: Indicator, closes: Numbers, counts: range) -> Numbers:
    """Mean of the last closes, moved by so many of their population deviations."""
    distance = float(indicator.others[0])
    if indicator.kind is IndicatorKind.LOWER_BOLLINGER:
        distance = -distance
    return _rolling(
        closes,
        indicator.window,
        counts,
        math.nan,
        lambda rows: rows.mean(axis=1) + distance * rows.std(axis=1),
    )


IN_PERCENT = frozenset(
    {
        IndicatorKind.PERCENTAGE_PRICE_OSCILLATOR,
        IndicatorKind.PERCENTAGE_PRICE_OSCILLATOR_SIGNAL,
    }
)

FORMULAS: Mapping[IndicatorKind, Callable[[Numbers, int, range], Numbers]] = MappingProxyType(
    {
        IndicatorKind.RSI: rsi,
        IndicatorKind.CURRENT_PRICE: current_price,
        IndicatorKind.MOVING_AVERAGE_PRICE: moving_average_price,
        IndicatorKind.EXPONENTIAL_MOVING_AVERAGE_PRICE: exponential_moving_average_price,
        IndicatorKind.MOVING_AVERAGE_RETURN: moving_average_return,
        IndicatorKind.CUMULATIVE_RETURN: cumulative_return,
        IndicatorKind.STDEV_RETURN: stdev_return,
        IndicatorKind.STDEV_PRICE: stdev_price,
        IndicatorKind.MAX_DRAWDOWN: max_drawdown,
    }
)
