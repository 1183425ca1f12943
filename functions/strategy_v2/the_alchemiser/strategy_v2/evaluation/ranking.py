"""Filters: which candidates are kept on each day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum, isnan

from the_alchemiser.shared.errors import DataUnavailable
from the_alchemiser.strategy_v2.evaluation.past import Past
from the_alchemiser.strategy_v2.evaluation.readings import Readings
from the_alchemiser.strategy_v2.evaluation.span import ranks_history
from the_alchemiser.strategy_v2.evaluation.values import (
    Failure,
    Holding,
    Outcome,
    Value,
    absent_failure,
    flatten,
    overlay,
    share_equally,
    unwrap,
)
from the_alchemiser.strategy_v2.evaluation.weekdays import TODAY, bits
from the_alchemiser.strategy_v2.plan.steps import Filter, Indicator, StepNumber


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that a filter has given a score."""

    score: float
    name: str
    """The ticker, or the first ticker of a group; it decides between equal scores."""
    item: str | Holding


class Rankings:
    """Works filters out; remembers today's scores for the trace, and the past of each group."""

    def __init__(
        self, readings: Readings, outcomes: Mapping[StepNumber, Outcome], slack: int | None
    ) -> None:
        self._readings = readings
        self._outcomes = outcomes
        self._slack = slack
        self.fell_short = False
        """Some group had too few returns on the days that were worked out, and there are more."""
        self._pasts: dict[StepNumber, Past] = {}
        self.today: dict[StepNumber, list[Candidate]] = {}
        """What each filter has ranked today, best first."""

    def outcome(
        self, number: StepNumber, step: Filter, candidates: Sequence[Outcome], days: int
    ) -> Outcome:
        """Work one filter out on all its days."""
        result: Outcome = []
        for part, values in overlay(candidates, days):
            items = _items(values)
            if isinstance(items, Failure):
                result.append((part, items))
                continue
            by_group = _ranks_groups(items)
            symbols = [] if by_group else _tickers(items)
            for back in bits(part):
                ranked = (
                    self._rank_groups(step, items, back)
                    if by_group
                    else self._rank_tickers(step, symbols, back)
                )
                if 1 << back == TODAY and not isinstance(ranked, Failure):
                    self.today[number] = ranked
                result.append((1 << back, _kept(step, ranked)))
        return result

    def _rank_tickers(
        self, step: Filter, symbols: Sequence[str], back: int
    ) -> list[Candidate] | Failure:
        try:
            scores = [
                self._readings.series(step.measure, symbol).values[back] for symbol in symbols
            ]
        except DataUnavailable as error:
            return absent_failure(step.offset, error)
        return _ordered(
            step,
            (
                Candidate(score, symbol, symbol)
                for symbol, score in zip(symbols, scores, strict=True)
                if not isnan(score)
            ),
        )

    def _rank_groups(
        self, step: Filter, items: Sequence[Value], back: int
    ) -> list[Candidate] | Failure:
        found = []
        for item in items:
            if not isinstance(item, str | Holding):
                continue
            try:
                score = self._score(step, item, back)
            except DataUnavailable as error:
                return absent_failure(step.offset, error)
            if score is not None:
                name = item if isinstance(item, str) else min(item.weights)
                found.append(Candidate(score, name, item))
        return _ordered(step, found)

    def _score(self, step: Filter, item: str | Holding, back: int) -> float | None:
        """Score a group by its own past, or else by what it holds; a deep fall counts against."""
        score = None
        if isinstance(item, Holding) and item.body is not None and ranks_history(step):
            score = self._past(item.body).measure(step.measure, back)
            self.fell_short |= score is None and self._is_cut(step.measure.window, back)
        if score is None:
            score = self._mean_reading(step, item, back)
        falls = step.measure.indicator is Indicator.MAX_DRAWDOWN
        return -score if falls and score is not None else score

    def _is_cut(self, window: int, back: int) -> bool:
        length = self._readings.weekdays.history_length(back, window)
        return self._slack is not None and length > window + self._slack

    def _mean_reading(self, step: Filter, item: str | Holding, back: int) -> float | None:
        if isinstance(item, str):
            value = self._readings.series(step.measure, item).values[back]
            return None if isnan(value) else value
        known = [
            (float(weight), value)
            for symbol, weight in item.weights.items()
            if not isnan(value := self._readings.series(step.measure, symbol).values[back])
        ]
        total = fsum(weight for weight, _ in known)
        return fsum(weight * value for weight, value in known) / total if total > 0 else None

    def _past(self, body: StepNumber) -> Past:
        past = self._pasts.get(body)
        if past is None:
            past = self._pasts[body] = Past(self._outcomes[body], self._readings)
        return past


def _items(values: Sequence[Value]) -> list[Value] | Failure:
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
        return not item.weights
    return isinstance(item, Failure) or item == ()


def _ranks_groups(items: Sequence[Value]) -> bool:
    """Tell whether candidates compete as groups: a vector among them makes all of it tickers."""
    kinds = {type(item) for item in items}
    return Holding in kinds and tuple not in kinds


def _tickers(items: Sequence[Value]) -> list[str]:
    """List each ticker once."""
    found = flatten(items)
    symbols: dict[str, None] = {}
    for child in () if isinstance(found, Failure) else found:
        symbols.update(dict.fromkeys((child,) if isinstance(child, str) else child.weights))
    return list(symbols)


def _ordered(step: Filter, found: Iterable[Candidate]) -> list[Candidate]:
    sign = -1 if step.largest_first else 1
    return sorted(found, key=lambda candidate: (sign * candidate.score, candidate.name))


def _kept(step: Filter, ranked: list[Candidate] | Failure) -> Value:
    if isinstance(ranked, Failure):
        return ranked
    kept = ranked if step.keep is None else ranked[: step.keep]
    return share_equally([candidate.item for candidate in kept])
