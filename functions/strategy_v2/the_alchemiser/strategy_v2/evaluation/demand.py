"""From the result down: on which days each step is asked for."""

from __future__ import annotations

from the_alchemiser.shared.errors import DataUnavailable
from the_alchemiser.strategy_v2.evaluation.day_sets import (
    NO_DAYS,
    TODAY,
    DaySet,
    days_back,
    holds_day,
    one_day,
)
from the_alchemiser.strategy_v2.evaluation.indicators import Indicators
from the_alchemiser.strategy_v2.evaluation.span import ranks_history
from the_alchemiser.strategy_v2.evaluation.values import Failure, absent_failure
from the_alchemiser.strategy_v2.plan.planner import Plan
from the_alchemiser.strategy_v2.plan.steps import (
    Choice,
    Condition,
    Filter,
    Group,
    IndicatorOf,
    StepNumber,
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
