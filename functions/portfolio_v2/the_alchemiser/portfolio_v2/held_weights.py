"""Strategies that trade nothing today: their weights move with prices, not back against them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

Weights = Mapping[str, Decimal]

LARGEST_MOVE = Decimal(3)
"""A price that lies further than this factor from the last close is a split, or wrong; what is held
is then left at its weight of yesterday, since a plan on either number would trade a phantom."""


def at_todays_prices(
    contributions: Mapping[str, Weights],
    held_closes: Mapping[str, Weights],
    prices: Weights,
) -> dict[str, Weights]:
    """Move the weights of strategies that hold from their last closes to the prices of now.

    A strategy's part of the portfolio stays what it was. `held_closes` says by strategy and symbol
    up to which close the weights are known; a strategy that it does not name wants its weights as
    they are.
    """
    return {
        strategy: _moved(weights, held_closes[strategy], prices)
        if strategy in held_closes
        else weights
        for strategy, weights in contributions.items()
    }


def summed(contributions: Mapping[str, Weights]) -> dict[str, Decimal]:
    """Add the weights of all strategies up by symbol."""
    target_weights: dict[str, Decimal] = {}
    for weights in contributions.values():
        for symbol, weight in weights.items():
            target_weights[symbol] = target_weights.get(symbol, Decimal(0)) + weight
    return target_weights


def _moved(weights: Weights, closes: Weights, prices: Weights) -> Weights:
    moved = {
        symbol: weight * _move(closes.get(symbol), prices.get(symbol))
        for symbol, weight in weights.items()
    }
    before, after = sum(weights.values(), Decimal(0)), sum(moved.values(), Decimal(0))
    return {symbol: weight * before / after for symbol, weight in moved.items()}


def _move(close: Decimal | None, price: Decimal | None) -> Decimal:
    if not close or not price or price <= 0:
        return Decimal(1)
    move = price / close
    return move if 1 / LARGEST_MOVE <= move <= LARGEST_MOVE else Decimal(1)
