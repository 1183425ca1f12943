"""What the simulated broker refuses, with the status and code that Alpaca answers."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

SMALLEST_ORDER = Decimal(1)
"""Dollars: https://docs.alpaca.markets/docs/fractional-trading"""


class Refusal(Exception):
    """A request that the broker answers with an error."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


def duplicate() -> Refusal:
    """Refuse a second order with the same id of its sender."""
    return Refusal(422, 40010001, "client_order_id must be unique")


def no_such(kind: str, name: str) -> Refusal:
    """Refuse something that does not exist."""
    return Refusal(404, 40410000, f"{kind} not found for {name}")


def closed_market(now: datetime) -> Refusal:
    """Refuse an order outside market hours."""
    return Refusal(403, 40310200, f"the market is closed at {now.isoformat()}")


def not_cancelable(status: str) -> Refusal:
    """Refuse to cancel what is final."""
    return Refusal(422, 42210000, f'order is already in "{status}" state')


def unreadable(what: str) -> Refusal:
    """Refuse a request that says something else than it should."""
    return Refusal(422, 40010000, f"request is invalid: {what}")


def refusal_of(
    *, side: str, quantity: Decimal, price: Decimal, buying_power: Decimal, available: Decimal
) -> Refusal | None:
    """Return why an order cannot be taken, or None."""
    if quantity <= 0:
        return unreadable(f"qty must be > 0, found {quantity}")
    if quantity * price < SMALLEST_ORDER:
        return Refusal(403, 40310000, "cost basis must be >= minimal amount of order 1")
    if side == "buy" and quantity * price > buying_power:
        return Refusal(403, 40310000, f"insufficient buying power: {buying_power:.2f}")
    if side == "sell" and quantity > available:
        return Refusal(
            403, 40310000, f"insufficient qty available for order: {available}, short sales refused"
        )
    return None
