"""The broker's time, read once for a trade and carried on by our own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from the_alchemiser.execution_v2.ports import Waiting
from the_alchemiser.shared.broker import MarketClock

LAST_MOMENT = timedelta(seconds=5)
"""An order that leaves us later may arrive after the close, where it waits for the next open:
https://docs.alpaca.markets/docs/orders-at-alpaca#orders-submitted-outside-of-eligible-trading-hours
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionClock:
    """Knows the time at the broker, and whether an order may still be sent."""

    read: MarketClock
    read_at_s: float
    waiting: Waiting

    @property
    def now(self) -> datetime:
        """The broker's time."""
        return self.read.now + timedelta(seconds=self.waiting.now_s() - self.read_at_s)

    @property
    def is_open(self) -> bool:
        """Whether an order sent now arrives in this session."""
        return self.read.is_open and self.now < self.read.closes_at - LAST_MOMENT
