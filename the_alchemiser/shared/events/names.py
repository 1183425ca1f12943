"""Event names and sources, spelled once for publishers, subscribers and the bus's rules.

Standard library only: the infrastructure imports this module too.
"""

from __future__ import annotations

from enum import StrEnum

SOURCE_PREFIX = "alchemiser."


class EventName(StrEnum):
    """The `event_type` of every domain event, which is also its EventBridge detail type."""

    PARTIAL_SIGNAL_GENERATED = "PartialSignalGenerated"
    SIGNAL_GENERATED = "SignalGenerated"
    REBALANCE_PLANNED = "RebalancePlanned"
    TRADE_EXECUTED = "TradeExecuted"
    ALL_TRADES_COMPLETED = "AllTradesCompleted"
    WORKFLOW_FAILED = "WorkflowFailed"
    WORKFLOW_COMPLETED = "WorkflowCompleted"
    MARKET_DATA_FETCH_REQUESTED = "MarketDataFetchRequested"
    MARKET_DATA_FETCH_COMPLETED = "MarketDataFetchCompleted"


SOURCES: dict[EventName, str] = {
    EventName.PARTIAL_SIGNAL_GENERATED: "alchemiser.strategy",
    EventName.SIGNAL_GENERATED: "alchemiser.strategy",
    EventName.REBALANCE_PLANNED: "alchemiser.portfolio",
    EventName.TRADE_EXECUTED: "alchemiser.execution",
    EventName.WORKFLOW_COMPLETED: "alchemiser.execution",
    EventName.ALL_TRADES_COMPLETED: "alchemiser.trade_aggregator",
    EventName.MARKET_DATA_FETCH_REQUESTED: "alchemiser.strategy",
    EventName.MARKET_DATA_FETCH_COMPLETED: "alchemiser.data",
}
"""The EventBridge source of each event that has a fixed one; WorkflowFailed goes by its module."""
