"""The operators that give weights without ranking."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from math import fsum

from the_alchemiser.shared.errors import DataUnavailable
from the_alchemiser.strategy_v2.evaluation.readings import Readings
from the_alchemiser.strategy_v2.evaluation.values import (
    NOTHING,
    ONE,
    Failure,
    Holding,
    Outcome,
    Value,
    absent_failure,
    flatten,
    overlay,
    share_equally,
    share_out,
)
from the_alchemiser.strategy_v2.evaluation.weekdays import bits
from the_alchemiser.strategy_v2.plan.steps import InverseVolatility, Measure, Specified


def equal(children: Sequence[Outcome], days: int) -> Outcome:
    """Give each child the same weight."""
    return [(part, share_equally(values)) for part, values in overlay(children, days)]


def specified(step: Specified, children: Sequence[Outcome], days: int) -> Outcome:
    """Give each child its literal weight."""
    return [(part, _specified(step, values)) for part, values in overlay(children, days)]


def _specified(step: Specified, values: Sequence[Value]) -> Value:
    holdings, parts = [], []
    for weight, value in zip(step.weights, values, strict=True):
        holding = share_equally((value,))
        if isinstance(holding, Failure):
            return holding
        if not holding.weights:
            return Failure(step.offset, "something to hold for each weight", "nothing")
        if weight:
            holdings.append(holding)
            parts.append(weight)
    return share_out(holdings, parts)


def inverse_volatility(
    step: InverseVolatility, children: Sequence[Outcome], days: int, readings: Readings
) -> Outcome:
    """Weigh each child by the inverse of how much it swings, which differs from day to day."""
    result: Outcome = []
    for part, values in overlay(children, days):
        found = flatten(values)
        if isinstance(found, Failure):
            result.append((part, found))
        else:
            distinct = _distinct(found)
            result += [
                (1 << back, _inverse_volatility(step, distinct, back, readings))
                for back in bits(part)
            ]
    return result


def _distinct(children: Sequence[str | Holding]) -> list[str | Holding]:
    """List each ticker once; groups count as often as they stand there."""
    seen: set[str] = set()
    result: list[str | Holding] = []
    for child in children:
        if isinstance(child, str):
            if child in seen:
                continue
            seen.add(child)
        result.append(child)
    return result


def _inverse_volatility(
    step: InverseVolatility, children: Sequence[str | Holding], back: int, readings: Readings
) -> Value:
    if not children:
        return NOTHING
    swinging, parts = [], []
    for child in children:
        try:
            volatility = _volatility(step.measure, child, back, readings)
        except DataUnavailable as error:
            return absent_failure(step.offset, error)
        if volatility > 0:
            swinging.append(child)
            parts.append(ONE / Decimal(repr(volatility)))
    if not swinging:
        return Failure(step.offset, "at least one child that swings", "none")
    return share_out(swinging, parts)


def _volatility(measure: Measure, child: str | Holding, back: int, readings: Readings) -> float:
    """Return a ticker's volatility, or the weighted mean of those that a holding has."""
    if isinstance(child, str):
        return readings.series(measure, child).values[back]
    known = [
        (float(weight), value)
        for symbol, weight in child.weights.items()
        if (value := readings.series(measure, symbol).values[back]) > 0
    ]
    total = fsum(weight for weight, _ in known)
    return fsum(weight * value for weight, value in known) / total if total > 0 else 0.0
