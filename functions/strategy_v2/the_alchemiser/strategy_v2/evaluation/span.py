"""How far back a plan can possibly look."""

from __future__ import annotations

from the_alchemiser.strategy_v2.evaluation.weekdays import MAX_HISTORY
from the_alchemiser.strategy_v2.plan.steps import (
    Choice,
    Filter,
    Group,
    Indicator,
    Plan,
    Ticker,
    Vector,
)

HISTORY_INDICATORS = frozenset(
    {
        Indicator.RSI,
        Indicator.CUMULATIVE_RETURN,
        Indicator.MOVING_AVERAGE_RETURN,
        Indicator.STDEV_RETURN,
        Indicator.MAX_DRAWDOWN,
    }
)
"""Indicators that can be worked out from a group's own returns."""


def ranks_history(step: Filter) -> bool:
    """Tell whether a filter can rank groups by their own past returns."""
    measure = step.measure
    return measure.indicator in HISTORY_INDICATORS and measure.window <= MAX_HISTORY


def days_needed(plan: Plan) -> int:
    """Count the weekdays, today included, that an evaluation may ask about."""
    depths: list[int] = []
    grouped: list[bool] = []
    for step in plan.steps:
        if isinstance(step, Ticker):
            depths.append(0)
            grouped.append(False)
            continue
        depth = max([depths[number] for number in step.inner], default=0)
        holds_group = any([grouped[number] for number in step.inner])
        if isinstance(step, Filter) and holds_group and ranks_history(step):
            depth += MAX_HISTORY
        depths.append(depth)
        grouped.append(
            isinstance(step, Group) or (holds_group and isinstance(step, Choice | Vector))
        )
    return depths[-1] + 1
