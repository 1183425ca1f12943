"""At what price, and for how many shares, an order goes out."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal

from the_alchemiser.shared.apportionment import QUANTITY_STEP
from the_alchemiser.shared.broker import Asset, Quote
from the_alchemiser.shared.errors import TradeRejected
from the_alchemiser.shared.lots import Side
from the_alchemiser.shared.ticks import in_ticks

LIMIT_STEPS = (Decimal("0.75"), Decimal("0.85"), Decimal("0.95"))
"""How far through the spread each limit order goes; what they leave is traded at any fair price."""

PROTECTION = Decimal("0.005")
"""How far above the ask the last buys may be filled: no market order is bounded in dollars."""

LEAST_ORDER_VALUE = Decimal(1)
"""Alpaca takes no order below $1: https://docs.alpaca.markets/docs/fractional-trading."""
LEAST_REST_VALUE = Decimal(5)
"""What is left of a trade below this is not worth another order, as in a plan."""
CLIP_TOLERANCE = Decimal("0.01")
"""How far a sell may exceed what is held and still be cut to it."""
WHOLE = Decimal(1)


def limit_price(side: Side, quote: Quote, fraction: Decimal) -> Decimal:
    """Give the price a fraction of the spread away from the passive side, in ticks."""
    spread = quote.ask - quote.bid
    price = quote.bid + fraction * spread if side is Side.BUY else quote.ask - fraction * spread
    return in_ticks(price)


def protective_limit(quote: Quote) -> Decimal:
    """Give the most that a buy at any fair price may pay for a share."""
    return max(in_ticks(quote.ask * (1 + PROTECTION), ROUND_DOWN), in_ticks(quote.ask))


def quantity_for(amount: Decimal, price: Decimal, step: Decimal = QUANTITY_STEP) -> Decimal:
    """Give the shares that an amount buys, in whole steps and never for more."""
    quantity = abs(amount) / price
    return quantity - quantity % step


def step_of(asset: Asset) -> Decimal:
    """Give the smallest part of a share that the broker trades."""
    return QUANTITY_STEP if asset.is_fractionable else WHOLE


def permitted_quantity(quantity: Decimal, asset: Asset) -> Decimal:
    """Cut to whole shares where the asset demands it, and refuse what cannot be traded."""
    if not asset.is_tradable:
        raise TradeRejected(f"{asset.symbol} is not tradable at the broker")
    whole = quantity - quantity % step_of(asset) if not asset.is_fractionable else quantity
    if whole <= 0:
        raise TradeRejected(
            f"{asset.symbol}: {quantity} shares round to none, and fractions are not traded"
        )
    return whole


def clipped(quantity: Decimal, there: Decimal, what: str) -> Decimal:
    """Cut an order that exceeds what is there by up to 1 %, refuse one that exceeds it by more."""
    if quantity <= there:
        return quantity
    if there <= 0 or quantity > there * (1 + CLIP_TOLERANCE):
        raise TradeRejected(f"expected {what} for {quantity} shares, found enough for {there}")
    return there
