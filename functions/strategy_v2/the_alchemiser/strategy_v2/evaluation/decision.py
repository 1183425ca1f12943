"""A strategy's text and stored bars in; today's weights and their reasons out."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from the_alchemiser.shared.errors import DataUnavailable, PermanentError
from the_alchemiser.shared.market_data import BarStore
from the_alchemiser.shared.money import normalise
from the_alchemiser.strategy_v2.evaluation.days import MAX_HISTORY
from the_alchemiser.strategy_v2.evaluation.evaluation import evaluate
from the_alchemiser.strategy_v2.evaluation.group_returns import ranks_history
from the_alchemiser.strategy_v2.evaluation.holdings import Holding
from the_alchemiser.strategy_v2.evaluation.indicators import Indicators
from the_alchemiser.strategy_v2.evaluation.trace import TraceNode, trace
from the_alchemiser.strategy_v2.evaluation.values import Failure, is_something
from the_alchemiser.strategy_v2.language.text import Source
from the_alchemiser.strategy_v2.plan.planner import Plan, plan_strategy
from the_alchemiser.strategy_v2.plan.steps import Choice, Filter, Group, Ticker, Vector


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What a strategy wants to hold."""

    weights: Mapping[str, Decimal]
    """By symbol; they are above 0 and sum to one."""
    trace: Sequence[TraceNode]
    """Why, in the order of the text."""
    kept: Kept | None = None
    """What it holds already, if that is what it wants to go on holding."""
    text_sha256: str = ""
    """Of its text, for the later days that are held against what it wants on this one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """Weights that nobody trades: those of an earlier day, moved by the prices since."""

    weights: Mapping[str, Decimal]
    closes: Mapping[str, Decimal]
    """The last closes, up to which the weights have moved."""
    since: date
    reason: str


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


def decide(source: Source, store: BarStore, as_of: date, plan: Plan | None = None) -> Decision:
    """Evaluate a strategy, whose plan may be known already, on the bars before a day."""
    with _collector_paused():
        # In a function of its own, so that all it made is gone before the collector looks again.
        return _decide(source, store, as_of, plan or plan_strategy(source))


def _decide(source: Source, store: BarStore, as_of: date, plan: Plan) -> Decision:
    indicators = Indicators(store, as_of, days_needed(plan))
    evaluation = evaluate(plan, indicators)
    value = evaluation.value
    if not isinstance(value, str | Holding) or not is_something(value):
        raise _error(source, indicators)
    weights = normalise(evaluation.figures.weights.on(value, 0))
    return Decision(weights=weights, trace=trace(evaluation, source, len(weights)))


def _error(source: Source, indicators: Indicators) -> PermanentError:
    """Find where a strategy failed.

    Equal pieces of text share a step, which knows only the first of their places; so evaluate once
    more with a step for each.
    """
    plan = plan_strategy(source, shared=False)
    value = evaluate(plan, indicators).value
    if not isinstance(value, Failure):
        found = "several things without weights" if value and isinstance(value, tuple) else "none"
        return source.fault(
            plan.steps[-1].offset, expected="weights or one ticker as the result", found=found
        )
    fault = source.fault(value.offset, expected=value.expected, found=value.found)
    if value.absent is None:
        return fault
    place = source.place(value.offset)
    error = DataUnavailable(value.absent.symbol, f"{value.absent.reason} (asked for at {place})")
    error.details.update(fault.details)
    return error


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Spare a large file the repeated search for cycles, of which evaluating makes none."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
