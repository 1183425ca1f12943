"""Market data that somebody asked for."""

from __future__ import annotations

from typing import Literal

from the_alchemiser.shared.events.envelope import DomainEvent
from the_alchemiser.shared.events.fields import Count, Text
from the_alchemiser.shared.money import Symbol


class MarketDataFetchRequested(DomainEvent):
    """Bars of a symbol are missing or too old."""

    event_type: Literal["MarketDataFetchRequested"] = "MarketDataFetchRequested"
    symbol: Symbol
    requesting_stage: Text
    requesting_component: Text
    lookback_days: Count = 400
    reason: str = "missing_data"


class MarketDataFetchCompleted(DomainEvent):
    """A request for bars was answered."""

    event_type: Literal["MarketDataFetchCompleted"] = "MarketDataFetchCompleted"
    symbol: Symbol
    success: bool
    bars_fetched: Count
    was_deduplicated: bool
    error_message: str | None = None
