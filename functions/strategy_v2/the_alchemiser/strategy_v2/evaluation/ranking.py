"""Filters: what they rank, when two scores are too near, and who is kept on each day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum, isnan, nan

from the_alchemiser.shared.errors import DataUnavailable
from the_alchemiser.strategy_v2.evaluation.days import NO_DAYS, DaySet, days_back, one_day
from the_alchemiser.strategy_v2.evaluation.figures import Figures
from the_alchemiser.strategy_v2.evaluation.group_returns import GroupReturns, ranks_history
from the_alchemiser.strategy_v2.evaluation.holdings import Holding
from the_alchemiser.strategy_v2.evaluation.values import (
    Failure,
    Outcome,
    Value,
    absent_failure,
    flatten,
    held_equally,
    is_something,
    joined,
    overlay,
    unwrap,
)
from the_alchemiser.strategy_v2.plan.steps import Filter, IndicatorKind, StepNumber

NEAR = 1e-9
"""Scores nearer to each other than this, or this part of them, may be equal but for rounding."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that a filter has given a score."""

    score: float
    item: str | Holding


def are_near(one: Candidate, other: Candidate) -> bool:
    """Tell whether only exact scores can tell two candidates apart."""
    size = max(1.0, abs(one.score), abs(other.score))
    return abs(one.score - other.score) <= NEAR * size


def cluster(ranked: Sequence[Candidate], seam: int) -> tuple[int, int]:
    """Find how far those reach that are near to each other around a place."""
    first, last = seam - 1, seam + 1
    while first > 0 and are_near(ranked[first - 1], ranked[first]):
        first -= 1
    while last < len(ranked) and are_near(ranked[last - 1], ranked[last]):
        last += 1
    return first, last


def items_of(values: Sequence[Value]) -> list[Value] | Failure:
    """List the candidates of a day; those that failed drop out, unless a symbol has no bars."""
    if len(values) == 1 and isinstance(values[0], tuple):
        values = values[0]
    items = [unwrap(value) for value in values]
    for item in items:
        if isinstance(item, Failure) and item.absent:
            return item
    return [item for item in items if not _is_empty(item)]


def _is_empty(item: Value) -> bool:
    if isinstance(item, Holding):
        return not item.children
    return isinstance(item, Failure) or item == ()


def ranks_groups(items: Sequence[Value]) -> bool:
    """Tell whether candidates compete as groups: a vector among them makes all of it tickers."""
    kinds = {type(item) for item in items}
    return Holding in kinds and tuple not in kinds


class Rankings:
    """Works filters out; remembers today's scores for the trace, and the past of each group."""

    def __init__(
        self, figures: Figures, outcomes: Mapping[StepNumber, Outcome], slack: int | None
    ) -> None:
        self._figures = figures
        self._indicators = figures.indicators
        self._outcomes = outcomes
        self._slack = slack
        self.fell_short = False
        """Some group had too few returns on the days that were worked out, and there are more."""
        self._group_returns: dict[StepNumber, GroupReturns] = {}
        self.today: dict[StepNumber, list[Candidate]] = {}
        """What each filter has ranked today, best first."""

    def outcome(
        self, number: StepNumber, step: Filter, candidates: Sequence[Outcome], days: DaySet
    ) -> Outcome:
        """Work one filter out on all its days."""
        result: Outcome = []
        for part, values in overlay(candidates, days):
            items = items_of(values)
            if isinstance(items, Failure):
                result.append((part, items))
            else:
                result += self._on_each_day(number, step, items, part)
        return joined(result)

    def name(self, candidate: Candidate, back: int) -> str:
        """Return the ticker, or a group's first ticker; it decides between equal scores."""
        return min(self._figures.weights.on(candidate.item, back))

    def _on_each_day(
        self, number: StepNumber, step: Filter, items: Sequence[Value], days: DaySet
    ) -> Outcome:
        failures: Outcome = []
        kept: dict[tuple[str | Holding, ...], DaySet] = {}
        by_group = ranks_groups(items)
        for back in days_back(days):
            try:
                ranked = (
                    self._rank_groups(step, items, back)
                    if by_group
                    else self._rank_tickers(step, self._tickers(items, back), back)
                )
            except DataUnavailable as error:
                failures.append((one_day(back), absent_failure(step.offset, error)))
                continue
            if back == 0:
                self.today[number] = ranked
            best = tuple([candidate.item for candidate in ranked[: step.keep]])
            kept[best] = kept.get(best, NO_DAYS) | one_day(back)
        held = [(days, held_equally([(1, item) for item in best])) for best, days in kept.items()]
        return [*failures, *held]

    def _rank_tickers(self, step: Filter, symbols: Sequence[str], back: int) -> list[Candidate]:
        scores = [
            self._indicators.series(step.indicator, symbol).values[back] for symbol in symbols
        ]
        sign = -1 if step.largest_first else 1
        ranked = sorted(
            (sign * score, symbol)
            for symbol, score in zip(symbols, scores, strict=True)
            if not isnan(score)
        )
        return [Candidate(sign * score, symbol) for score, symbol in ranked]

    def _rank_groups(self, step: Filter, items: Sequence[Value], back: int) -> list[Candidate]:
        found = [
            Candidate(score, item)
            for item in items
            if isinstance(item, str | Holding)
            and (score := self._score(step, item, back)) is not None
        ]
        found.sort(key=lambda candidate: candidate.score, reverse=step.largest_first)
        return self._settled(step, found, back)

    def _settled(self, step: Filter, ranked: list[Candidate], back: int) -> list[Candidate]:
        """Put those in order whose scores are so near that only exact ones can tell them apart.

        On past days that matters only where the last one kept meets the first one dropped.
        """
        last = step.keep or 0
        seams = range(1, len(ranked)) if back == 0 else range(last, last + 1)
        for seam in seams:
            if 0 < seam < len(ranked) and are_near(ranked[seam - 1], ranked[seam]):
                first, last = cluster(ranked, seam)
                ranked[first:last] = self._exactly(step, ranked[first:last], back)
        return ranked

    def _exactly(self, step: Filter, ranked: list[Candidate], back: int) -> list[Candidate]:
        sign = -1 if step.largest_first else 1
        rescored = []
        for candidate in ranked:
            score = self._score(step, candidate.item, back, exact=True)
            rescored.append(Candidate(candidate.score if score is None else score, candidate.item))
        return sorted(rescored, key=lambda found: (sign * found.score, self.name(found, back)))

    def _score(
        self, step: Filter, item: str | Holding, back: int, *, exact: bool = False
    ) -> float | None:
        """Score a group by its own past, or else by what it holds; a deep fall counts against."""
        score = None
        if isinstance(item, Holding) and item.body is not None and ranks_history(step):
            score = self._returns_of(item.body).value_of(step.indicator, back, exact=exact)
            self.fell_short |= score is None and self._is_cut(step.indicator.window, back)
        if score is None:
            score = self._mean_of_held(step, item, back, exact=exact)
        falls = step.indicator.kind is IndicatorKind.MAX_DRAWDOWN
        return -score if falls and score is not None else score

    def _is_cut(self, window: int, back: int) -> bool:
        length = self._indicators.weekdays.history_length(back, window)
        return self._slack is not None and length > window + self._slack

    def _mean_of_held(
        self, step: Filter, item: str | Holding, back: int, *, exact: bool
    ) -> float | None:
        if isinstance(item, str):
            value = self._indicators.series(step.indicator, item).values[back]
        elif exact:
            value = self._exact_mean(step, item, back)
        else:
            value = self._figures.mean(step.indicator, item, back)
            error = self._figures.absent(item, back)
            if error:
                raise error
        return None if isnan(value) else value

    def _exact_mean(self, step: Filter, item: Holding, back: int) -> float:
        known = [
            (float(weight), value)
            for symbol, weight in self._figures.weights.on(item, back).items()
            if not isnan(value := self._indicators.series(step.indicator, symbol).values[back])
        ]
        total = fsum(weight for weight, _ in known)
        return fsum(weight * value for weight, value in known) / total if total > 0 else nan

    def _returns_of(self, body: StepNumber) -> GroupReturns:
        returns = self._group_returns.get(body)
        if returns is None:
            returns = GroupReturns(self._outcomes[body], self._figures)
            self._group_returns[body] = returns
        return returns

    def _tickers(self, items: Sequence[Value], back: int) -> list[str]:
        """List each ticker once, also those that are held with weights."""
        found = flatten(items)
        symbols: dict[str, None] = {}
        for child in () if isinstance(found, Failure) else found:
            if is_something(child):
                symbols.update(dict.fromkeys(self._figures.weights.on(child, back)))
        return list(symbols)
