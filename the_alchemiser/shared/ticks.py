"""The steps in which the exchanges take prices: one rule for every price that is sent.

Rule 612 of Regulation NMS: a cent from one dollar on, a hundredth of a cent below
(https://docs.alpaca.markets/docs/orders-at-alpaca#sub-penny-increments-for-limit-orders).
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

from the_alchemiser.shared.money import CENT

CENT_OF_A_CENT = Decimal("0.0001")
DOLLAR = Decimal(1)


def tick(price: Decimal) -> Decimal:
    """Give the smallest step of a price."""
    return CENT if price >= DOLLAR else CENT_OF_A_CENT


def in_ticks(price: Decimal, rounding: str = ROUND_HALF_EVEN) -> Decimal:
    """Round a price to whole ticks, never to less than one."""
    step = tick(price)
    return max(price.quantize(step, rounding), step)
