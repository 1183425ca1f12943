"""Working a plan out: on which days each step is asked for, then what it comes to on them.

`Demand` goes from the result down, `Evaluation` from the first step up.
"""

from __future__ import annotations

from collections.abc import Sequence

from the_alchemiser.shared.errors import DataUnavailable
from the_alchemiser.strategy_v2.evaluation.days import (
    NO_DAYS,
    TODAY,
    DaySet,
    days_back,
    holds_day,
    one_day,
)
from the_alchemiser.strategy_v2.evaluation.figures import Figures
from the_alchemiser.strategy_v2.evaluation.group_returns import ranks_history
from the_alchemiser.strategy_v2.evaluation.holdings import Holding
from the_alchemiser.strategy_v2.evaluation.indicators import Indicators
from the_alchemiser.strategy_v2.evaluation.ranking import Rankings
from the_alchemiser.strategy_v2.evaluation.values import (
    Failure,
    Outcome,
    Value,
    absent_failure,
    joined,
    overlay,
    pick,
    unwrap,
)
from the_alchemiser.strategy_v2.evaluation.weighing import equal, inverse_volatility, specified
from the_alchemiser.strategy_v2.plan.planner import Plan
from the_alchemiser.strategy_v2.plan.steps import (
    Choice,
    Condition,
    Equal,
    Filter,
    Group,
    IndicatorOf,
    InverseVolatility,
    Specified,
    Step,
    StepNumber,
    Ticker,
    Vector,
    indicators_of,
)


class Branches:
    """How a choice falls on the days on which it is asked for."""

    __slots__ = ("failures", "otherwise", "then")

    def __init__(
        self, then: DaySet, otherwise: DaySet, failures: list[tuple[DaySet, Failure]]
    ) -> None:
        self.then = then
        self.otherwise = otherwise
        self.failures = failures


class Demand:
    """The days of each step, and how each choice falls on its days.

    Steps are gone through from the last to the first, so that all who ask come before who is asked.
    """

    def __init__(self, plan: Plan, indicators: Indicators, slack: int | None) -> None:
        self._steps = plan.steps
        self._indicators = indicators
        self._slack = slack
        self.days = [NO_DAYS] * len(plan.steps)
        self.branches: dict[StepNumber, Branches] = {}
        self._ranked: dict[StepNumber, dict[int, DaySet]] = {}
        """For what may be a group: window of a filter -> days on which that filter ranks it."""
        self.days[-1] = TODAY
        for number in range(len(plan.steps) - 1, -1, -1):
            if self.days[number]:
                self._visit(number)

    def _visit(self, number: StepNumber) -> None:
        step = self._steps[number]
        if isinstance(step, Choice):
            self._choose(number, step)
            return
        ranked = self._ranked.pop(number, {})
        if isinstance(step, Group):
            for window, days in ranked.items():
                weekdays = self._indicators.weekdays
                self.days[number] |= weekdays.history(days, window, self._slack)
        days = self.days[number]
        all_days = self.days
        for inner in step.inner:
            all_days[inner] |= days
        if isinstance(step, Filter) and ranks_history(step):
            ranked = {step.indicator.window: days}
        elif not isinstance(step, Vector):
            return
        for inner in step.inner:
            self._rank(inner, ranked)

    def _choose(self, number: StepNumber, step: Choice) -> None:
        branches = self._branches(step, self.days[number])
        self.branches[number] = branches
        ranked = self._ranked.pop(number, {})
        for inner, days in zip(step.inner, (branches.then, branches.otherwise), strict=False):
            if days:
                self.days[inner] |= days
                self._rank(inner, {window: days & of for window, of in ranked.items()})

    def _rank(self, number: StepNumber, ranked: dict[int, DaySet]) -> None:
        if not isinstance(self._steps[number], Choice | Group | Vector):
            return
        known = self._ranked.setdefault(number, {})
        for window, days in ranked.items():
            known[window] = known.get(window, NO_DAYS) | days

    def _branches(self, step: Choice, days: DaySet) -> Branches:
        try:
            holds, undefined = self._indicators.judge(step.condition)
        except DataUnavailable as error:
            return Branches(NO_DAYS, NO_DAYS, [(days, absent_failure(step.offset, error))])
        then, undefined = holds & days, undefined & days
        failures = [
            (one_day(back), self._undefined(step, step.condition, back))
            for back in days_back(undefined)
        ]
        otherwise = days & ~(then | undefined)
        if otherwise and len(step.inner) == 1:
            failure = Failure(step.offset, "an else for a comparison that is false", "none")
            return Branches(then, NO_DAYS, [*failures, (otherwise, failure)])
        return Branches(then, otherwise, failures)

    def _undefined(self, step: Choice, condition: Condition, back: int) -> Failure:
        for wanted in indicators_of(condition):
            series = self._indicators.series(wanted.indicator, wanted.symbol)
            if holds_day(series.undefined, back):
                known = self._indicators.known_bars(wanted.symbol, back)
                return too_short(step.offset, wanted, known)
        raise AssertionError("a side without value was found, and then was not")


def too_short(offset: int, wanted: IndicatorOf, known: int) -> Failure:
    """Make the failure of an indicator that has too few bars."""
    name, window = wanted.indicator.kind.value, wanted.indicator.window
    return Failure(
        offset, f"enough bars of {wanted.symbol} for {name} over {window} days", f"{known} bars"
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
