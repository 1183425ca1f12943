"""How many days of bars a strategy needs of each of its symbols."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from the_alchemiser.strategy_v2.evaluation.decision import days_needed
from the_alchemiser.strategy_v2.plan.planner import Plan
from the_alchemiser.strategy_v2.plan.steps import (
    Choice,
    Filter,
    Indicator,
    IndicatorKind,
    InverseVolatility,
    indicators_of,
)

RETURNS = frozenset(
    {
        IndicatorKind.CUMULATIVE_RETURN,
        IndicatorKind.MOVING_AVERAGE_RETURN,
        IndicatorKind.STDEV_RETURN,
    }
)
SPARE = 1.1
TRADING_DAYS_A_YEAR = 252
CALENDAR_DAYS_A_YEAR = 365


def lookback_days(plan: Plan) -> int:
    """Count the calendar days, in whole years, that hold what the longest window asks for.

    Filters may apply theirs to any symbol and look back from past days, so all symbols get as much.
    """
    bars = max((_bars(indicator) for indicator in _indicators(plan)), default=1) + days_needed(plan)
    return ceil(bars * SPARE / TRADING_DAYS_A_YEAR) * CALENDAR_DAYS_A_YEAR


def _indicators(plan: Plan) -> Iterator[Indicator]:
    for step in plan.steps:
        if isinstance(step, Filter | InverseVolatility):
            yield step.indicator
        elif isinstance(step, Choice):
            yield from (wanted.indicator for wanted in indicators_of(step.condition))


def _bars(indicator: Indicator) -> int:
    """Count bars as docs/strategy-language.md does; recursive means want more than their window."""
    window = indicator.window
    if indicator.kind is IndicatorKind.CURRENT_PRICE:
        return 1
    if indicator.kind is IndicatorKind.RSI:
        return max(3 * window, 200)
    if indicator.kind in RETURNS:
        return max(window + 5, 60)
    smoothed_by = sum(int(number) for number in indicator.others[1:])
    return max(window + smoothed_by, 200)
