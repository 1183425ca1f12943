"""The quantity that a trade is for: shares, to six places."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from the_alchemiser.execution_v2.believed_quotes import BelievedQuotes
from the_alchemiser.execution_v2.ports import Broker
from the_alchemiser.execution_v2.pricing import clipped, permitted_quantity, quantity_for
from the_alchemiser.execution_v2.session_clock import SessionClock
from the_alchemiser.shared.broker import Asset
from the_alchemiser.shared.errors import TradeRejected
from the_alchemiser.shared.lots import Side
from the_alchemiser.shared.trade_message import TradeMessage

NOTHING = Decimal(0)


def whole_only(left: Decimal) -> str:
    """Say of a part of a share why it is not sold."""
    return f"{left.normalize():f} shares stay, only whole ones are traded"


class NothingWhole(TradeRejected):
    """A position of less than one share in an asset that is traded in whole ones."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TradeSizing:
    """Sizes trades by believed quotes and by what the broker holds."""

    broker: Broker
    quotes: BelievedQuotes

    def quantity(
        self, message: TradeMessage, budget: Decimal, asset: Asset, session: SessionClock
    ) -> Decimal:
        """Give the quantity to trade, or refuse a trade that the broker would not take.

        A purchase is bounded by its dollars too, at the price of each order (limit_ladder.py).
        """
        if message.is_full_liquidation:
            position = self._whole_position(message)
            if not asset.is_fractionable and position < 1:
                raise NothingWhole(f"{message.symbol}: {whole_only(position)}")
            return permitted_quantity(position, asset)
        quantity = message.shares or quantity_for(
            budget, self.quotes.of(message.symbol, session).mid
        )
        if message.action is Side.BUY:
            return permitted_quantity(quantity, asset)
        held = self.held(message.symbol)
        return permitted_quantity(clipped(quantity, held, "a position"), asset)

    def held(self, symbol: str) -> Decimal:
        """Give the shares held, negative when short."""
        position = self.broker.position(symbol)
        return position.quantity if position else NOTHING

    def _whole_position(self, message: TradeMessage) -> Decimal:
        held = self.held(message.symbol)
        if message.action is Side.BUY:
            if held >= 0:
                raise TradeRejected(
                    f"{message.symbol}: expected a short position to cover, found {held}"
                )
            return -held
        if held <= 0:
            raise TradeRejected(f"{message.symbol}: expected a position to sell, found {held}")
        return held
