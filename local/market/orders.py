"""Orders, and the rules by which the simulated market fills them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

QUANTUM = Decimal("0.000000001")
"""Smallest part of a share: https://docs.alpaca.markets/docs/fractional-trading"""


class Status(StrEnum):
    """Where an order stands, in Alpaca's words.

    https://docs.alpaca.markets/docs/orders-at-alpaca#order-lifecycle
    """

    ACCEPTED = "accepted"
    """Taken outside the market's hours, and queued for the next open."""
    NEW = "new"
    PARTIALLY_FILLED = "partially_filled"
    PENDING_CANCEL = "pending_cancel"
    FILLED = "filled"
    CANCELED = "canceled"
    EXPIRED = "expired"
    REPLACED = "replaced"
    REJECTED = "rejected"


OPEN = (Status.ACCEPTED, Status.NEW, Status.PARTIALLY_FILLED, Status.PENDING_CANCEL)


@dataclass(frozen=True, kw_only=True, slots=True)
class Ticket:
    """An order as it is asked for."""

    client_order_id: str
    symbol: str
    side: str
    kind: str
    quantity: Decimal
    limit_price: Decimal | None


@dataclass(kw_only=True, slots=True)
class Order:
    """One order; the broker alone changes it."""

    order_id: str
    client_order_id: str
    symbol: str
    side: str
    kind: str
    quantity: Decimal
    limit_price: Decimal | None
    placed_at: datetime
    session: date
    """Trading day at whose close it expires."""
    status: Status = Status.NEW
    filled_quantity: Decimal = Decimal(0)
    filled_value: Decimal = Decimal(0)
    updated_at: datetime | None = None
    reads_until_fill: int = 0
    """A late order fills only after it was read so often."""
    lookups_until_found: int = 0
    """So often a look-up by its client order id finds nothing."""
    fill_part: Decimal = Decimal(1)
    """Part of it that fills; the rest stays open until it is cancelled."""
    fills_on_cancel: bool = False
    replaced_by: str | None = None
    """The order that went into its place."""

    @property
    def is_open(self) -> bool:
        """Whether it may still fill."""
        return self.status in OPEN

    @property
    def is_buy(self) -> bool:
        """Whether shares come in."""
        return self.side == "buy"

    @property
    def left(self) -> Decimal:
        """Shares that are not filled."""
        return self.quantity - self.filled_quantity

    @property
    def average_price(self) -> Decimal | None:
        """Mean price of what was filled."""
        return self.filled_value / self.filled_quantity if self.filled_quantity else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Quote:
    """What buyers offer and sellers ask."""

    symbol: str
    bid: Decimal
    ask: Decimal
    at: datetime

    @property
    def mid(self) -> Decimal:
        """Middle of the spread."""
        return (self.bid + self.ask) / 2


def fill_price(order: Order, true: Quote, *, fills_inside: bool) -> Decimal | None:
    """Return the price at which an order fills now, or None while it has to wait.

    The true spread decides, whatever was quoted. A market order takes its other side; a limit order
    is filled there too when it reaches it, at its limit or better:
    https://docs.alpaca.markets/docs/orders-at-alpaca#limit-order. Where somebody trades inside the
    spread, a limit at or beyond the middle is filled at the limit.
    """
    other_side = true.ask if order.is_buy else true.bid
    limit = order.limit_price
    if limit is None:
        return other_side
    reaches = limit >= other_side if order.is_buy else limit <= other_side
    if reaches:
        return other_side
    is_met = limit >= true.mid if order.is_buy else limit <= true.mid
    return limit if fills_inside and is_met else None
