"""What one strategy of a session asked for, as an item."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from the_alchemiser.shared.events.signals import ConsolidatedPortfolio
from the_alchemiser.shared.session_record.session import KEPT, session_key
from the_alchemiser.shared.table import Item, Table

PARTIAL_PREFIX = "STRATEGY#"


@dataclass(frozen=True, kw_only=True, slots=True)
class Partial:
    """One strategy's part of a session's portfolio."""

    session_id: str
    dsl_file: str
    allocation: Decimal
    strategy_number: int
    signal_count: int
    reported_at: datetime
    event_id: str
    portfolio: ConsolidatedPortfolio
    """Weights in the whole portfolio, and which strategy asked for which."""
    signals_data: Mapping[str, Any]


def partial_key(session_id: str, dsl_file: str) -> dict[str, str]:
    """Give the key of what one strategy file asked for."""
    return {"PK": session_key(session_id)["PK"], "SK": f"{PARTIAL_PREFIX}{dsl_file}"}


def partial_item(partial: Partial) -> Item:
    """Write what a strategy asked for."""
    return {
        **partial_key(partial.session_id, partial.dsl_file),
        "dsl_file": partial.dsl_file,
        "allocation": partial.allocation,
        "strategy_number": partial.strategy_number,
        "signal_count": partial.signal_count,
        "completed_at": partial.reported_at.isoformat(),
        "TTL": int((partial.reported_at + KEPT).timestamp()),
        "event_id": partial.event_id,
        "consolidated_portfolio": json.dumps(partial.portfolio.model_dump(mode="json")),
        "signals_data": json.dumps(partial.signals_data),
    }


def partial_of(item: Item) -> Partial:
    """Read what a strategy asked for."""
    return Partial(
        session_id=str(item["PK"]).removeprefix(session_key("")["PK"]),
        dsl_file=item["dsl_file"],
        allocation=item["allocation"],
        strategy_number=int(item["strategy_number"]),
        signal_count=int(item["signal_count"]),
        reported_at=datetime.fromisoformat(item["completed_at"]),
        event_id=item["event_id"],
        portfolio=ConsolidatedPortfolio.model_validate_json(item["consolidated_portfolio"]),
        signals_data=json.loads(item["signals_data"]),
    )


def partials_of_session(table: Table, session_id: str) -> list[Partial]:
    """Read all that was reported to a session, in the order of the strategies' numbers."""
    items = table.items(session_key(session_id)["PK"], PARTIAL_PREFIX)
    return sorted(map(partial_of, items), key=lambda partial: partial.strategy_number)
