"""Whose target a position is: each strategy's weight in each symbol."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_DOWN, Decimal

from the_alchemiser.shared.apportionment import NOBODY

WEIGHT_STEP = Decimal("0.0000000001")

Contributions = Mapping[str, Mapping[str, Decimal]]


def strategy_weights(
    target_weights: Mapping[str, Decimal], contributions: Contributions, strategies: Sequence[str]
) -> dict[str, dict[str, Decimal]]:
    """Give the strategies' weights in every target symbol; they sum to exactly one.

    Without contributions the strategies that are named weigh alike.
    """
    return {
        symbol: _whole(_claims(symbol, contributions, strategies))
        for symbol, weight in target_weights.items()
        if weight > 0
    }


def _claims(
    symbol: str, contributions: Contributions, strategies: Sequence[str]
) -> dict[str, Decimal]:
    claims = {
        strategy: weights[symbol]
        for strategy, weights in contributions.items()
        if weights.get(symbol, Decimal(0)) > 0
    }
    return claims or dict.fromkeys(strategies, Decimal(1)) or {NOBODY: Decimal(1)}


def _whole(claims: Mapping[str, Decimal]) -> dict[str, Decimal]:
    total = sum(claims.values(), Decimal(0))
    weights = {
        strategy: (claim / total).quantize(WEIGHT_STEP, ROUND_DOWN)
        for strategy, claim in sorted(claims.items())
    }
    largest = max(weights, key=lambda strategy: weights[strategy])
    weights[largest] += 1 - sum(weights.values(), Decimal(0))
    return weights
