"""One session as an item: its model, the one way to write and to read it, and how it changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from the_alchemiser.shared.outbox import Outcome, outcome_item, outcome_of
from the_alchemiser.shared.strategy_allocations import StrategyEntry
from the_alchemiser.shared.table import Change, Item, Table

METADATA = "METADATA"
SESSION_PREFIX = "SESSION#"
STATUS = {"#status": "status"}

KEPT = timedelta(hours=24)
"""How long a session's items are kept."""


class SessionStatus(StrEnum):
    """Where a session stands; only the last two are final."""

    PENDING = "PENDING"
    AGGREGATING = "AGGREGATING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """One run's strategies, how long it waits for them, and how many have reported."""

    session_id: str
    as_of: date
    created_at: datetime
    timeout_at: datetime
    strategies: tuple[StrategyEntry, ...]
    """In the order in which they are numbered."""
    status: SessionStatus = SessionStatus.PENDING
    completed: int = 0
    outcome: Outcome | None = None

    @property
    def allocations(self) -> Mapping[str, Decimal]:
        """Strategy file -> its part of the money."""
        return {strategy.file: strategy.allocation for strategy in self.strategies}

    @property
    def is_complete(self) -> bool:
        """Whether every strategy has reported."""
        return self.completed >= len(self.strategies)


def session_key(session_id: str) -> dict[str, str]:
    """Give the key of a session's item."""
    return {"PK": f"{SESSION_PREFIX}{session_id}", "SK": METADATA}


def find_session(table: Table, session_id: str) -> Session | None:
    """Read a session as it is now, or nothing if it was never opened."""
    item = table.get(session_key(session_id))
    return None if item is None else session_of(item)


def session_item(session: Session) -> Item:
    """Write a session."""
    return {
        **session_key(session.session_id),
        "session_id": session.session_id,
        "correlation_id": session.session_id,
        "total_strategies": len(session.strategies),
        "completed_strategies": session.completed,
        "status": str(session.status),
        "as_of": session.as_of.isoformat(),
        "created_at": session.created_at.isoformat(),
        "timeout_at": session.timeout_at.isoformat(),
        "TTL": int((session.created_at + KEPT).timestamp()),
        "strategy_configs": [
            {"dsl_file": strategy.file, "allocation": strategy.allocation}
            for strategy in session.strategies
        ],
        **outcome_item(session.outcome),
    }


def session_of(item: Item) -> Session:
    """Read a session's item."""
    return Session(
        session_id=item["session_id"],
        as_of=date.fromisoformat(item["as_of"]),
        created_at=datetime.fromisoformat(item["created_at"]),
        timeout_at=datetime.fromisoformat(item["timeout_at"]),
        strategies=tuple(
            StrategyEntry(file=config["dsl_file"], allocation=config["allocation"])
            for config in item["strategy_configs"]
        ),
        status=SessionStatus(item["status"]),
        completed=int(item["completed_strategies"]),
        outcome=outcome_of(item),
    )


def count_report(session_id: str) -> Change:
    """Count one more strategy that has reported, while the session waits for them."""
    return Change(
        key=session_key(session_id),
        update="ADD completed_strategies :one",
        names=STATUS,
        values={":one": 1, ":pending": str(SessionStatus.PENDING)},
        condition="#status = :pending",
    )


def fail_session(session_id: str) -> Change:
    """End a session that still waits, without an event."""
    return Change(
        key=session_key(session_id),
        update="SET #status = :failed",
        names=STATUS,
        values={":failed": str(SessionStatus.FAILED), ":pending": str(SessionStatus.PENDING)},
        condition="#status = :pending",
    )


def unfinished_sessions(table: Table) -> list[Session]:
    """Read every session that waits, or whose last event may not be out."""
    items = table.scan(
        "begins_with(PK, :sessions) AND SK = :metadata"
        " AND (#status = :pending OR outcome_sent = :unsent)",
        {
            ":sessions": SESSION_PREFIX,
            ":metadata": METADATA,
            ":pending": str(SessionStatus.PENDING),
            ":unsent": False,
        },
        names=STATUS,
    )
    return [session_of(item) for item in items]
