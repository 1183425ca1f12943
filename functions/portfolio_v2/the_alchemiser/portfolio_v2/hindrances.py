"""What a plan cannot simply bring to its target: doubted prices and short positions."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_UP, Decimal

from the_alchemiser.portfolio_v2.snapshot import Snapshot
from the_alchemiser.shared.errors import PlanRejected
from the_alchemiser.shared.money import CENT

COVER_MARGIN = Decimal("0.02")
"""By how much more than its price the buying back of a short position may cost: it is to end."""
MOST_DOUBTED = Decimal("0.5")
"""Part of the targets without a believable quote up to which the rest is traded."""


def refuse_too_many_doubts(
    target_weights: Mapping[str, Decimal], doubts: Mapping[str, str]
) -> None:
    """Refuse a plan most of whose targets have no price that can be believed."""
    doubted = {
        symbol: weight for symbol, weight in target_weights.items() if symbol in doubts and weight
    }
    if sum(doubted.values(), Decimal(0)) > MOST_DOUBTED:
        first = max(doubted, key=lambda symbol: doubted[symbol])
        raise PlanRejected(
            f"expected believable quotes for at least {1 - MOST_DOUBTED:.0%} of the targets; "
            f"{first}: {doubts[first]}",
            details={"symbol": first, "doubted": dict(doubts)},
        )


def cover_amounts(snapshot: Snapshot) -> dict[str, Decimal]:
    """Give the most that buying back each short position may cost, in whole cents."""
    return {
        symbol: (-snapshot.value(symbol) * (1 + COVER_MARGIN)).quantize(CENT, ROUND_UP)
        for symbol in snapshot.quantities
        if snapshot.is_short(symbol) and symbol not in snapshot.doubts
    }


def left_out(target_values: Mapping[str, Decimal], snapshot: Snapshot) -> dict[str, str]:
    """Name what a plan does not bring to its target, and why."""
    held = {symbol for symbol, quantity in snapshot.quantities.items() if quantity}
    doubted = {
        symbol: f"kept as it is: {why}" if symbol in held else f"not bought: {why}"
        for symbol, why in snapshot.doubts.items()
        if symbol in held or target_values.get(symbol, Decimal(0)) > 0
    }
    covered = {
        symbol: "was short and is bought back first; its target waits for the next run"
        for symbol in held
        if snapshot.is_short(symbol) and target_values.get(symbol, Decimal(0)) > 0
    }
    return {**covered, **doubted}


def kept_back(
    target_values: Mapping[str, Decimal], covers: Mapping[str, Decimal], snapshot: Snapshot
) -> Decimal:
    """Give the dollars that the weights count on and today does not bring in."""
    surplus = (
        snapshot.value(symbol) - target_values.get(symbol, Decimal(0))
        for symbol in snapshot.quantities
        if symbol in snapshot.doubts
    )
    margin = (cost + snapshot.value(symbol) for symbol, cost in covers.items())
    return sum((each for each in (*surplus, *margin) if each > 0), Decimal(0))
