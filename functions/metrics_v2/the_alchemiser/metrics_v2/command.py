"""What metrics is invoked with."""

from __future__ import annotations

from the_alchemiser.shared.events.envelope import DomainEvent
from the_alchemiser.shared.events.names import EventName
from the_alchemiser.shared.events.trades import TradeExecuted
from the_alchemiser.shared.events.unwrap import unwrap

EVENTS: dict[EventName, type[DomainEvent]] = {EventName.TRADE_EXECUTED: TradeExecuted}


def decode(event: object) -> TradeExecuted:
    """Read the input."""
    executed = unwrap(event, EVENTS)
    assert isinstance(executed, TradeExecuted)
    return executed
