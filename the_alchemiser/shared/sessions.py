"""The record of a session: the coordinator opens it, the aggregator closes it, portfolio reads it.

`SESSION#<id>` / `METADATA` describes the session. `SESSION#<id>` / `STRATEGY#<file>` holds what one
strategy asked for; its `consolidated_portfolio` is the JSON form of a ConsolidatedPortfolio, with
`strategy_contributions` (strategy -> symbol -> share of the whole portfolio).
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

METADATA = "METADATA"
PARTIAL_PREFIX = "STRATEGY#"
SESSION_PREFIX = "SESSION#"
DAY_PREFIX = "DAY#"

KEPT = timedelta(hours=24)
"""How long a session's items are kept."""


class SessionStatus(StrEnum):
    """Where a session stands; only the last two are final."""

    PENDING = "PENDING"
    AGGREGATING = "AGGREGATING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"


def session_key(session_id: str) -> dict[str, str]:
    """Return the key of the item that describes a session."""
    return {"PK": f"{SESSION_PREFIX}{session_id}", "SK": METADATA}


def partial_key(session_id: str, dsl_file: str) -> dict[str, str]:
    """Return the key of what one strategy file asked for."""
    return {"PK": f"{SESSION_PREFIX}{session_id}", "SK": f"{PARTIAL_PREFIX}{dsl_file}"}


def day_key(as_of: date) -> dict[str, str]:
    """Return the key of the item that names the session which holds a trading day."""
    return {"PK": f"{DAY_PREFIX}{as_of.isoformat()}", "SK": "LOCK"}
