"""What metrics is invoked with."""

from __future__ import annotations

from the_alchemiser.shared.events.names import EventName
from the_alchemiser.shared.events.trades import TradeExecuted
from the_alchemiser.shared.events.unwrap import unwrap


def decode(event: object) -> TradeExecuted:
    """Read the input."""
    return unwrap(event, {EventName.TRADE_EXECUTED: TradeExecuted})
