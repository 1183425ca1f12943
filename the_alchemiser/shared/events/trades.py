"""What became of the trades."""

from __future__ import annotations

from typing import Literal

from the_alchemiser.shared.events.envelope import DomainEvent
from the_alchemiser.shared.events.fields import Count, Identifier, JsonObject
from the_alchemiser.shared.money import Exact


class TradeExecuted(DomainEvent):
    """One trade of a run was decided, for better or worse; metadata names run and trade."""

    event_type: Literal["TradeExecuted"] = "TradeExecuted"
    execution_data: JsonObject
    success: bool
    orders_placed: Count
    orders_succeeded: Count
    failure_reason: str | None = None
    failed_symbols: tuple[str, ...] = ()


class AllTradesCompleted(DomainEvent):
    """Every trade of a run was decided; a run without trades completes at once."""

    event_type: Literal["AllTradesCompleted"] = "AllTradesCompleted"
    run_id: Identifier
    plan_id: Identifier
    total_trades: Count
    succeeded_trades: Count
    failed_trades: Count
    skipped_trades: Count
    aggregated_execution_data: JsonObject
    capital_deployed_pct: Exact | None = None
    failed_symbols: tuple[str, ...] = ()
