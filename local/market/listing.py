"""What the broker lets be done with one symbol, and how the market trades it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """Terms of one symbol."""

    is_tradable: bool = True
    """An asset may be listed and not tradable:
    https://docs.alpaca.markets/docs/working-with-assets"""
    is_fractionable: bool = True
    """Others trade in whole shares only: https://docs.alpaca.markets/docs/fractional-trading"""
    spread: Decimal | None = None
    """Dollars between the true bid and ask; None: the market's usual part of the price."""
    fills_inside: bool = True
    """Whether a limit between the true price and the other side of the spread is met."""
    halted_at: datetime | None = None
    """Orders in a halted symbol are taken and wait; its quote and last trade grow old:
    https://www.nyse.com/trade-halt-current"""


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownQuote:
    """A quote that is shown whatever the true price is; a side of zero is one nobody quotes.

    Quotes of one exchange alone may lie far off or lack a side:
    https://github.com/alpacahq/alpaca-py/issues/475,
    https://github.com/alpacahq/alpaca-trade-api-js/issues/129.
    """

    bid: Decimal
    ask: Decimal
    at: datetime | None = None
    """When it was made; None: now, whenever that is."""
