"""How far back a plan can possibly look."""

from __future__ import annotations

from the_alchemiser.strategy_v2.evaluation.weekdays import MAX_HISTORY
from the_alchemiser.strategy_v2.plan.planner import Plan
from the_alchemiser.strategy_v2.plan.steps import (
    Choice,
    Filter,
    Group,
    IndicatorKind,
    Ticker,
    Vector,
)

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
