"""The quantity that a trade is for: shares, to six places."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from the_alchemiser.execution_v2.ports import Broker
from the_alchemiser.execution_v2.pricing import (
    clipped,
    permitted_quantity,
    quantity_for,
    require_fresh,
    two_sided,
)
from the_alchemiser.shared.broker import Quote
from the_alchemiser.shared.errors import TradeRejected
from the_alchemiser.shared.lots import Side
from the_alchemiser.shared.trade_message import TradeMessage

NOTHING = Decimal(0)


@dataclass(frozen=True, kw_only=True, slots=True)
class TradeSizing:
    """Sizes trades by the broker's quotes and holdings."""

    broker: Broker
    max_quote_age_s: float

    def quantity(self, message: TradeMessage, now: datetime | None) -> Decimal:
        """Give the quantity to trade, or refuse a trade that the broker would not take.

        `now` is the broker's time; quotes are not aged when it is unknown.
        """
        asset = self.broker.asset(message.symbol)
        quote = self._quote(message.symbol, now)
        if message.action is Side.BUY:
            wanted = message.shares or quantity_for(message.trade_amount, quote.mid)
            return permitted_quantity(wanted, asset)
        held = self._held(message.symbol)
        if message.is_full_liquidation:
            if held <= 0:
                raise TradeRejected(f"{message.symbol}: expected a position to sell, found {held}")
            return held
        wanted = message.shares or quantity_for(message.trade_amount, quote.mid)
        return permitted_quantity(clipped(wanted, held, "a position"), asset)

    def _held(self, symbol: str) -> Decimal:
        position = self.broker.position(symbol)
        return position.quantity if position else NOTHING

    def _quote(self, symbol: str, now: datetime | None) -> Quote:
        quote = self.broker.quotes([symbol]).get(symbol)
        if quote is None:
            raise TradeRejected(f"{symbol}: expected a quote, found none")
        if now is not None:
            require_fresh(quote, now, self.max_quote_age_s)
        return two_sided(quote)
