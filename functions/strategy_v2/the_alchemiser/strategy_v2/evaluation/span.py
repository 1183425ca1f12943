"""How far back a plan can possibly look."""

from __future__ import annotations

from the_alchemiser.strategy_v2.evaluation.weekdays import MAX_HISTORY
from the_alchemiser.strategy_v2.plan.steps import (
    Choice,
    Equal,
    Filter,
    Group,
    Indicator,
    InverseVolatility,
    Plan,
    Specified,
    Step,
    StepNumber,
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


def inner_steps(step: Step) -> tuple[StepNumber, ...]:
    """List the steps that a step refers to."""
    if isinstance(step, Choice):
        return (step.then,) if step.otherwise is None else (step.then, step.otherwise)
    if isinstance(step, Group):
        return (step.body,)
    if isinstance(step, Vector):
        return step.items
    if isinstance(step, Filter):
        return step.candidates
    if isinstance(step, Equal | Specified | InverseVolatility):
        return step.children
    return ()


def ranks_history(step: Filter) -> bool:
    """Tell whether a filter can rank groups by their own past returns."""
    measure = step.measure
    return measure.indicator in HISTORY_INDICATORS and measure.window <= MAX_HISTORY


def days_needed(plan: Plan) -> int:
    """Count the weekdays, today included, that an evaluation may ask about."""
    depths: list[int] = []
    grouped: list[bool] = []
    for step in plan.steps:
        inner = inner_steps(step)
        depth = max((depths[number] for number in inner), default=0)
        holds_group = any(grouped[number] for number in inner)
        if isinstance(step, Filter) and holds_group and ranks_history(step):
            depth += MAX_HISTORY
        depths.append(depth)
        grouped.append(
            isinstance(step, Group) or (holds_group and isinstance(step, Choice | Vector))
        )
    return depths[-1] + 1
