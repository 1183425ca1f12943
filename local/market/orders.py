"""Orders, and the rules by which the simulated exchange fills them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

QUANTUM = Decimal("0.000000001")
"""Smallest part of a share: https://docs.alpaca.markets/docs/fractional-trading"""


class Status(StrEnum):
    """Where an order stands, in Alpaca's words."""

    NEW = "new"
    PARTIALLY_FILLED = "partially_filled"
    FILLED = "filled"
    CANCELED = "canceled"
    REJECTED = "rejected"


OPEN = (Status.NEW, Status.PARTIALLY_FILLED)


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
    """One order; the exchange alone changes it."""

    order_id: str
    client_order_id: str
    symbol: str
    side: str
    kind: str
    quantity: Decimal
    limit_price: Decimal | None
    placed_at: datetime
    status: Status = Status.NEW
    filled_quantity: Decimal = Decimal(0)
    filled_value: Decimal = Decimal(0)
    updated_at: datetime | None = None
    reads_until_fill: int = 0
    """A late order fills only after it was read so often."""
    fill_share: Decimal = Decimal(1)
    """Part of it that fills; the rest stays open until it is cancelled."""

    @property
    def is_open(self) -> bool:
        """Whether it may still fill."""
        return self.status in OPEN

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


def fill_price(order: Order, quote: Quote) -> Decimal | None:
    """Return the price at which an order fills now, or None while it has to wait.

    A market order takes the other side of the spread. A limit order at or beyond the middle fills
    at its limit, never worse than the other side.
    """
    is_buy = order.side == "buy"
    if order.limit_price is None:
        return quote.ask if is_buy else quote.bid
    if is_buy:
        return min(order.limit_price, quote.ask) if order.limit_price >= quote.mid else None
    return max(order.limit_price, quote.bid) if order.limit_price <= quote.mid else None
