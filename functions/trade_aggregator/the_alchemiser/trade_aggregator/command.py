"""What the trade aggregator is invoked with: events of the run, and the sweep."""

from __future__ import annotations

from the_alchemiser.shared.events.envelope import DomainEvent
from the_alchemiser.shared.events.names import EventName
from the_alchemiser.shared.events.portfolio import RebalancePlanned
from the_alchemiser.shared.events.trades import TradeExecuted
from the_alchemiser.shared.events.unwrap import unwrap
from the_alchemiser.shared.sweep_request import SweepRequest

SWEEP = {"action": "finish_runs"}

EVENTS: dict[EventName, type[DomainEvent]] = {
    EventName.TRADE_EXECUTED: TradeExecuted,
    EventName.REBALANCE_PLANNED: RebalancePlanned,
}


def decode(event: object) -> DomainEvent | SweepRequest:
    """Read the input."""
    if event == SWEEP:
        return SweepRequest.new("run-sweep")
    return unwrap(event, EVENTS)
