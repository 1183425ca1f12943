"""What the simulated broker refuses, with the status and code that Alpaca answers."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from local.market.orders import QUANTUM
from local.market.ticks import tick

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
    """Refuse a second order with the same id of its sender.

    https://github.com/alpacahq/alpaca-py/issues/260
    """
    return Refusal(422, 40010001, "client_order_id must be unique")


def no_such(kind: str, name: str) -> Refusal:
    """Refuse something that does not exist."""
    return Refusal(404, 40410000, f"{kind} not found for {name}")


def restricted() -> Refusal:
    """Refuse an order on an account that may not trade."""
    return Refusal(403, 40310100, "account is restricted: trading is not allowed")


def lacking_funds(why: str) -> Refusal:
    """Refuse an order for which there is too little money or too few shares."""
    return Refusal(403, 40310000, why)


def not_tradable(symbol: str) -> Refusal:
    """Refuse an order in an asset that is listed but not traded."""
    return Refusal(422, 42210000, f"asset {symbol} is not tradable")


def whole_shares_only(symbol: str) -> Refusal:
    """Refuse parts of a share where they are not traded."""
    return Refusal(403, 40310200, f"requested asset {symbol} is not fractionable")


def not_cancelable(status: str) -> Refusal:
    """Refuse to cancel what is final."""
    return Refusal(422, 42210000, f'order is already in "{status}" state')


def cancel_refused(status: int) -> Refusal:
    """Refuse to cancel what is open."""
    return Refusal(status, status * 100_000 + 10_000, "order is not cancelable")


def day_trade() -> Refusal:
    """Deny an order that would make a pattern day trader."""
    return Refusal(403, 40310100, "trade denied due to pattern day trading protection")


def unreadable(what: str) -> Refusal:
    """Refuse a request that says something else than it should."""
    return Refusal(422, 40010000, f"request is invalid: {what}")


def require_steps(quantity: Decimal, limit: Decimal | None) -> None:
    """Refuse parts of a share and of a cent that the broker does not trade.

    Shares: https://docs.alpaca.markets/docs/fractional-trading; prices: ticks.py.
    """
    if quantity != round_to(quantity, QUANTUM):
        raise Refusal(422, 42210000, f"qty must have at most 9 decimals, found {quantity}")
    if limit is None:
        return
    if limit != round_to(limit, tick(limit)):
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
    *,
    side: str,
    quantity: Decimal,
    value: Decimal,
    cost: Decimal,
    buying_power: Decimal,
    available: Decimal,
) -> Refusal | None:
    """Return why an order cannot be taken, or None."""
    if quantity <= 0:
        return unreadable(f"qty must be > 0, found {quantity}")
    if value < SMALLEST_ORDER:
        return lacking_funds("cost basis must be >= minimal amount of order 1")
    if side == "buy" and cost > buying_power:
        return lacking_funds(f"insufficient buying power: {buying_power:.2f}")
    if side == "sell" and quantity > available:
        return lacking_funds(
            f"insufficient qty available for order: {available}, short sales refused"
        )
    return None
