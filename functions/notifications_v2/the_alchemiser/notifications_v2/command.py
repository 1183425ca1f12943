"""Which events are worth a mail."""

from __future__ import annotations

from the_alchemiser.shared.events.data import MarketDataFetchCompleted, MarketDataFetchRequested
from the_alchemiser.shared.events.envelope import DomainEvent
from the_alchemiser.shared.events.names import EventName
from the_alchemiser.shared.events.portfolio import RebalancePlanned
from the_alchemiser.shared.events.signals import PartialSignalGenerated, SignalGenerated
from the_alchemiser.shared.events.trades import AllTradesCompleted, TradeExecuted
from the_alchemiser.shared.events.unwrap import unwrap
from the_alchemiser.shared.events.workflow import WorkflowCompleted, WorkflowFailed

EVENTS: dict[EventName, type[DomainEvent]] = {
    EventName.ALL_TRADES_COMPLETED: AllTradesCompleted,
    EventName.WORKFLOW_FAILED: WorkflowFailed,
    # Known, and ignored.
    EventName.WORKFLOW_COMPLETED: WorkflowCompleted,
    EventName.PARTIAL_SIGNAL_GENERATED: PartialSignalGenerated,
    EventName.SIGNAL_GENERATED: SignalGenerated,
    EventName.REBALANCE_PLANNED: RebalancePlanned,
    EventName.TRADE_EXECUTED: TradeExecuted,
    EventName.MARKET_DATA_FETCH_REQUESTED: MarketDataFetchRequested,
    EventName.MARKET_DATA_FETCH_COMPLETED: MarketDataFetchCompleted,
}


def decode(event: object) -> DomainEvent:
    """Read the input."""
    return unwrap(event, EVENTS)
