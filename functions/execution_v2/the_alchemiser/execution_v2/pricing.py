"""At what price, and for how many shares, an order goes out."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal

from the_alchemiser.shared.apportionment import QUANTITY_STEP
from the_alchemiser.shared.broker import Asset, Quote
from the_alchemiser.shared.errors import TradeRejected
from the_alchemiser.shared.lots import Side
from the_alchemiser.shared.money import CENT

LIMIT_STEPS = (Decimal("0.75"), Decimal("0.85"), Decimal("0.95"))
"""How far through the spread each limit order goes; what they leave goes to the market."""

SYNTHETIC_SPREAD = Decimal("0.001")
SMALLEST_SPREAD = CENT
LEAST_ORDER_VALUE = Decimal(1)
"""Alpaca takes no order below $1: https://docs.alpaca.markets/docs/fractional-trading."""
CLIP_TOLERANCE = Decimal("0.01")
"""How far an order may exceed what is there and still be cut to it."""


def two_sided(quote: Quote) -> Quote:
    """Make up the side that nobody quotes, 0.1 % and at least a cent away from the other."""
    if quote.bid > 0 and quote.ask > 0:
        return quote
    if quote.mid <= 0:
        raise TradeRejected(f"{quote.symbol}: expected a bid or an ask above zero, found neither")
    spread = max(quote.mid * SYNTHETIC_SPREAD, SMALLEST_SPREAD)
    if quote.bid > 0:
        return replace(quote, ask=quote.bid + spread)
    return replace(quote, bid=max(quote.ask - spread, SMALLEST_SPREAD))


def require_fresh(quote: Quote, now: datetime, max_age_s: float) -> None:
    """Refuse to size an order by a quote that the broker's own clock finds too old."""
    age_s = (now - quote.at).total_seconds()
    if age_s > max_age_s:
        raise TradeRejected(
            f"{quote.symbol}: expected a quote of the last {max_age_s:.0f} s, "
            f"found one of {age_s:.0f} s ago",
            details={"symbol": quote.symbol, "quote_age_s": int(age_s)},
        )


def limit_price(side: Side, quote: Quote, fraction: Decimal) -> Decimal:
    """Give the price a fraction of the spread away from the passive side, in cents."""
    spread = quote.ask - quote.bid
    price = quote.bid + fraction * spread if side is Side.BUY else quote.ask - fraction * spread
    return max(price.quantize(CENT, ROUND_HALF_EVEN), CENT)


def quantity_for(amount: Decimal, price: Decimal) -> Decimal:
    """Give the shares that an amount buys, in the six places in which orders are placed."""
    return (abs(amount) / price).quantize(QUANTITY_STEP, ROUND_DOWN)


def permitted_quantity(quantity: Decimal, asset: Asset) -> Decimal:
    """Cut to whole shares where the asset demands it, and refuse what cannot be traded."""
    if not asset.is_tradable:
        raise TradeRejected(f"{asset.symbol} is not tradable at the broker")
    whole = quantity if asset.is_fractionable else quantity.to_integral_value(ROUND_DOWN)
    if whole <= 0:
        raise TradeRejected(
            f"{asset.symbol}: {quantity} shares round to none, and fractions are not traded"
        )
    return whole


def clipped(wanted: Decimal, there: Decimal, what: str) -> Decimal:
    """Cut an order that exceeds what is there by up to 1 %, refuse one that exceeds it by more."""
    if wanted <= there:
        return wanted
    if there <= 0 or wanted > there * (1 + CLIP_TOLERANCE):
        raise TradeRejected(f"expected {what} for {wanted} shares, found enough for {there}")
    return there
