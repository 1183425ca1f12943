"""What the simulated broker refuses, with the status and code that Alpaca answers."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation

from local.market.orders import QUANTUM

CENT = Decimal("0.01")
CENT_OF_A_CENT = Decimal("0.0001")

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


def require_steps(quantity: Decimal, limit: Decimal | None) -> None:
    """Refuse parts of a share and of a cent that the broker does not trade.

    Below a dollar prices may have four decimals, otherwise two:
    https://docs.alpaca.markets/docs/orders-at-alpaca#sub-penny-increments-for-limit-orders
    """
    if quantity != round_to(quantity, QUANTUM):
        raise Refusal(422, 42210000, f"qty must have at most 9 decimals, found {quantity}")
    if limit is None:
        return
    step = CENT if limit >= 1 else CENT_OF_A_CENT
    if limit != round_to(limit, step):
        raise Refusal(
            422,
            42210000,
            f"invalid limit_price {limit}: sub-penny increment does not fulfill minimum"
            " pricing criteria",
        )


def round_to(number: Decimal, step: Decimal) -> Decimal:
    """Cut a number off below a step; one too long for that is none."""
    try:
        return number.quantize(step)
    except InvalidOperation as error:
        raise unreadable(f"{number:.3e} is no number of shares or dollars") from error


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
