"""The steps in which prices are quoted and limits are taken.

A cent from one dollar on, a hundredth of a cent below: Rule 612 of Regulation NMS, and
https://docs.alpaca.markets/docs/orders-at-alpaca#sub-penny-increments-for-limit-orders; a price
with more places is refused: https://github.com/alpacahq/alpaca-trade-api-csharp/issues/497.
"""

from __future__ import annotations

from decimal import Decimal

CENT = Decimal("0.01")
CENT_OF_A_CENT = Decimal("0.0001")


def tick(price: Decimal) -> Decimal:
    """Give the smallest step of a price."""
    return CENT if price >= 1 else CENT_OF_A_CENT
