"""Prices that a plan may be made from: those that nothing else contradicts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from the_alchemiser.shared.broker import AccountView, MarketView
from the_alchemiser.shared.logs import get_logger
from the_alchemiser.shared.quote_doubts import doubt, two_sided

MAX_AGE_S = 900.0
"""Older quotes are no price of now; execution has the same bound as a setting."""
TRIES = 4
WAIT_S = 2.5


@dataclass(frozen=True, kw_only=True, slots=True)
class Prices:
    """What is believed of each symbol, and why nothing is of the others."""

    believed: Mapping[str, Decimal]
    doubts: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class BelievedPrices:
    """Waits a while for quotes that can be believed."""

    broker: AccountView
    sleep: Callable[[float], None]

    def read(self, symbols: Sequence[str], now: datetime) -> Prices:
        """Give the middle of each believed quote; `now` is the broker's time."""
        believed: dict[str, Decimal] = {}
        doubts: dict[str, str] = {}
        for attempt in range(TRIES):
            if attempt:
                self.sleep(WAIT_S)
                now += timedelta(seconds=WAIT_S)
            left = [symbol for symbol in symbols if symbol not in believed]
            views = self.broker.views(left)
            doubts = {}
            for symbol in left:
                view = views.get(symbol, MarketView())
                why = doubt(view, now, MAX_AGE_S)
                if why is None and view.quote is not None:
                    believed[symbol] = two_sided(view.quote).mid
                else:
                    doubts[symbol] = why or "expected a quote, found none"
            if not doubts:
                break
        for symbol, why in doubts.items():
            get_logger().warning("quote_not_believed", symbol=symbol, reason=why)
        return Prices(believed=believed, doubts=doubts)
