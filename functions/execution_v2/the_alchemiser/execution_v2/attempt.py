"""One attempt at a trade: what it is to move, and the orders that came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from the_alchemiser.execution_v2.session_clock import SessionClock
from the_alchemiser.shared.apportionment import QUANTITY_STEP
from the_alchemiser.shared.broker import Order
from the_alchemiser.shared.lots import Side

NOTHING = Decimal(0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Intent:
    """What one attempt at a trade is to move: shares, or dollars, or shares for so many dollars."""

    trade_id: str
    symbol: str
    side: Side
    session: SessionClock
    quantity: Decimal | None = None
    """Shares to trade; None: as many as the budget buys."""
    budget: Decimal | None = None
    """Dollars that a purchase may cost in all."""
    quantity_step: Decimal = QUANTITY_STEP
    """Smallest part of a share that is traded."""
    attempt: int = 1
    is_resumed: bool = False
    """Whether an earlier delivery may have placed orders already."""
    may_place: bool = True
    """Whether new orders are allowed; otherwise only earlier ones are brought to their end."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """The orders of one attempt, all of them final, and why it ended early if it did."""

    orders: tuple[Order, ...] = field(default=())
    refusal: str | None = None
    is_last: bool = False
    """Whether another attempt would be refused alike, or is not ours to make."""

    @property
    def filled(self) -> Decimal:
        """Shares traded."""
        return sum((order.filled_quantity for order in self.orders), NOTHING)

    @property
    def spent(self) -> Decimal:
        """Dollars paid or received."""
        return sum((order.filled_value for order in self.orders), NOTHING)
