"""Quotes that an order may be priced by: those that nothing else contradicts."""

from __future__ import annotations

from dataclasses import dataclass

from the_alchemiser.execution_v2.ports import Broker, Waiting
from the_alchemiser.execution_v2.session_clock import SessionClock
from the_alchemiser.shared.broker import MarketView, Quote
from the_alchemiser.shared.errors import TradeRejected
from the_alchemiser.shared.quote_doubts import doubt, two_sided

TRIES = 4
"""How often a quote is read before its trade is refused."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BelievedQuotes:
    """Waits a while for a quote that can be believed, and refuses the trade without one."""

    broker: Broker
    waiting: Waiting
    max_age_s: float
    wait_s: float

    def of(self, symbol: str, session: SessionClock) -> Quote:
        """Give a symbol's quote, both sides of it above zero, or raise TradeRejected."""
        why = None
        for attempt in range(TRIES):
            if attempt:
                self.waiting.sleep(self.wait_s)
            view = self.broker.views([symbol]).get(symbol, MarketView())
            why = doubt(view, session.now, self.max_age_s)
            if why is None and view.quote is not None:
                return two_sided(view.quote)
        raise TradeRejected(f"{symbol}: {why}", details={"symbol": symbol})
