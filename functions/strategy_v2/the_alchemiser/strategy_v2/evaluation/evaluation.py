"""From the first step up: what each comes to on the days on which it is asked for."""

from __future__ import annotations

from collections.abc import Sequence

from the_alchemiser.strategy_v2.evaluation.day_sets import NO_DAYS, TODAY, DaySet
from the_alchemiser.strategy_v2.evaluation.demand import Demand
from the_alchemiser.strategy_v2.evaluation.figures import Figures
from the_alchemiser.strategy_v2.evaluation.indicators import Indicators
from the_alchemiser.strategy_v2.evaluation.ranking import Rankings
from the_alchemiser.strategy_v2.evaluation.values import (
    Failure,
    Holding,
    Outcome,
    Value,
    joined,
    overlay,
    pick,
    unwrap,
)
from the_alchemiser.strategy_v2.evaluation.weighing import equal, inverse_volatility, specified
from the_alchemiser.strategy_v2.plan.planner import Plan
from the_alchemiser.strategy_v2.plan.steps import (
    Choice,
    Equal,
    Filter,
    Group,
    InverseVolatility,
    Specified,
    Step,
    StepNumber,
    Ticker,
)

HOLIDAYS = 3
"""Weekdays without trading that 45 calendar days hold at most, but in years of mourning."""


def evaluate(plan: Plan, indicators: Indicators) -> Evaluation:
    """Evaluate a plan, working out only as much of the past as nearly always suffices.

    Where some group has too few returns within that, the whole history is worked out after all.
    """
    evaluation = Evaluation(plan, indicators, HOLIDAYS)
    return Evaluation(plan, indicators) if evaluation.rankings.fell_short else evaluation


class Evaluation:
    """One plan on one day; `value` is what it comes to."""

    def __init__(self, plan: Plan, indicators: Indicators, slack: int | None = None) -> None:
        self.plan = plan
        self.indicators = indicators
        self.demand = Demand(plan, indicators, slack)
        self._outcomes: dict[StepNumber, Outcome] = {}
        held = {
            step.symbol: None
            for step, days in zip(plan.steps, self.demand.days, strict=True)
            if days and isinstance(step, Ticker)
        }
        self.figures = Figures(indicators, list(held))
        self.rankings = Rankings(self.figures, self._outcomes, slack)
        for number, days in enumerate(self.demand.days):
            if days:
                self._outcomes[number] = self._outcome(number, days)
        self.value = unwrap(self._on(len(plan.steps) - 1, TODAY))

    def _outcome(self, number: StepNumber, days: DaySet) -> Outcome:
        step = self.plan.steps[number]
        if isinstance(step, Ticker):
            return [(days, step.symbol)]
        if isinstance(step, Choice):
            return self._choice(number, step)
        inner = [self._outcomes[child] for child in step.inner]
        if isinstance(step, Group):
            return _tagged(step, [(mask & days, value) for mask, value in inner[0] if mask & days])
        if isinstance(step, Filter):
            return self.rankings.outcome(number, step, inner, days)
        return self._weights(step, inner, days)

    def _weights(self, step: Step, inner: list[Outcome], days: DaySet) -> Outcome:
        if isinstance(step, Equal):
            return equal(inner, days)
        if isinstance(step, Specified):
            return specified(step, inner, days)
        if isinstance(step, InverseVolatility):
            return inverse_volatility(step, inner, days, self.figures)
        return [(part, _side_by_side(values)) for part, values in overlay(inner, days)]

    def _choice(self, number: StepNumber, step: Choice) -> Outcome:
        branches = self.demand.branches[number]
        result: Outcome = list(branches.failures)
        for inner, days in zip(step.inner, (branches.then, branches.otherwise), strict=False):
            if days:
                result += [
                    (mask & days, value) for mask, value in self._outcomes[inner] if mask & days
                ]
        return joined(result)

    def _on(self, number: StepNumber, day: DaySet) -> Value:
        return next(value for mask, value in self._outcomes[number] if mask & day)


def _side_by_side(values: Sequence[Value]) -> Value:
    """Hold several values at once; where one of them fails, they all do."""
    failures = (value for value in values if isinstance(value, Failure))
    return next(failures, None) or tuple(values)


def _tagged(step: Group, outcome: Outcome) -> Outcome:
    """Mark what a group holds as the group's, so that filters can rank it by its past."""
    result: Outcome = []
    held: list[tuple[DaySet, str | Holding]] = []
    for days, value in outcome:
        value = unwrap(value)
        if isinstance(value, str) or (isinstance(value, Holding) and value.children):
            held.append((days, value))
        else:
            result.append((days, value))
    if held:
        days = NO_DAYS
        for mask, _ in held:
            days |= mask
        result.append((days, Holding((pick(held),), body=step.body, group=step.name)))
    return result
