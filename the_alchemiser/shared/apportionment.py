"""Dividing shares and amounts among strategies so that the parts sum to the whole."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from the_alchemiser.shared.money import CENT, cents

QUANTITY_STEP = Decimal("0.000001")
"""Shares are divided down to the six places in which orders are placed."""

NOBODY = "alch"
"""Owner of what no strategy is known to have asked for."""

NOTHING = Decimal(0)


def apportion(
    quantity: Decimal, weights: Mapping[str, Decimal], step: Decimal = QUANTITY_STEP
) -> dict[str, Decimal]:
    """Divide a quantity by weights so that the parts sum to it exactly.

    Each part is whole steps; the steps left over go to the largest remainders, and what is
    smaller than a step to the first of them.
    """
    total = sum(weights.values(), NOTHING)
    if quantity < 0 or total <= 0 or min(weights.values()) < 0:
        raise ValueError(f"expected shares to divide by weights above 0, found {quantity:f}")
    exact = {name: quantity * weight / total for name, weight in weights.items() if weight > 0}
    parts = {name: part - part % step for name, part in exact.items()}
    by_remainder = sorted(parts, key=lambda name: (parts[name] - exact[name], name))
    whole_steps = max(int((quantity - sum(parts.values(), NOTHING)) // step), 0)
    for name in by_remainder[:whole_steps]:
        parts[name] += step
    parts[by_remainder[0]] += quantity - sum(parts.values(), NOTHING)
    return {name: part for name, part in parts.items() if part > 0}


def apportion_sale(
    quantity: Decimal, weights: Mapping[str, Decimal], held: Mapping[str, Decimal]
) -> dict[str, Decimal]:
    """Divide a sale by weights, but take from nobody more than it holds.

    What the weights ask beyond somebody's lots comes out of the others' lots, in proportion; only
    what exceeds all lots together stays with the weights. So lots and position stay equal.
    """
    covered = min(quantity, sum(held.values(), NOTHING))
    parts: dict[str, Decimal] = {}
    left = covered
    wanting = {name: weight for name, weight in weights.items() if held.get(name, NOTHING) > 0}
    while left > 0:
        wanting = {name: w for name, w in wanting.items() if w > 0 and _free(name, held, parts) > 0}
        asked = wanting or {name: _free(name, held, parts) for name in held}
        for name, part in apportion(left, asked).items():
            taken = min(part, _free(name, held, parts))
            parts[name] = parts.get(name, NOTHING) + taken
            left -= taken
    if quantity > covered:
        for name, part in apportion(quantity - covered, weights).items():
            parts[name] = parts.get(name, NOTHING) + part
    return {name: part for name, part in parts.items() if part > 0}


def in_cents(amounts: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Round amounts to cents so that they sum to the rounded total."""
    rounded = {name: cents(amount) for name, amount in amounts.items()}
    missing = cents(sum(amounts.values(), NOTHING)) - sum(rounded.values(), NOTHING)
    step = CENT if missing > 0 else -CENT
    by_error = sorted(amounts, key=lambda name: (-(amounts[name] - rounded[name]) * step, name))
    for name in by_error[: int(abs(missing) / CENT)]:
        rounded[name] += step
    return rounded


def _free(name: str, held: Mapping[str, Decimal], taken: Mapping[str, Decimal]) -> Decimal:
    return held.get(name, NOTHING) - taken.get(name, NOTHING)
