"""Sessions in DynamoDB."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType

from the_alchemiser.aggregator_v2.domain import Partial, Session
from the_alchemiser.shared.clock import Clock
from the_alchemiser.shared.errors import TransientError
from the_alchemiser.shared.events.signals import PartialSignalGenerated
from the_alchemiser.shared.sessions import (
    DAY_PREFIX,
    KEPT,
    METADATA,
    PARTIAL_PREFIX,
    SESSION_PREFIX,
    SessionStatus,
    day_key,
    partial_key,
    session_key,
)
from the_alchemiser.shared.table import Change, Item, Table

CONFLICT_ATTEMPTS = 8
CONFLICT_PAUSE_S = 0.05
"""Workers that finish together meet at the counter; DynamoDB then cancels all but one."""


class SessionTable:
    """Sessions as items of the aggregation table."""

    def __init__(
        self, table: Table, clock: Clock, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._table = table
        self._clock = clock
        self._sleep = sleep

    def find(self, session_id: str) -> Session | None:
        """Read the session's METADATA."""
        item = self._table.get(session_key(session_id))
        return None if item is None else _session(item)

    def record(self, partial: PartialSignalGenerated) -> bool:
        """Write the STRATEGY item and count it in one transaction."""
        parts = [
            self._table.putting_new(self._item(partial)),
            self._table.changing(
                Change(
                    key=session_key(partial.session_id),
                    update="ADD completed_strategies :one",
                    names={"#status": "status"},
                    values={":one": 1, ":pending": str(SessionStatus.PENDING)},
                    condition="#status = :pending",
                )
            ),
        ]
        for attempt in range(1, CONFLICT_ATTEMPTS):
            try:
                return self._table.write_together(parts)
            except TransientError:
                self._sleep(random.uniform(0.5, 1.5) * CONFLICT_PAUSE_S * attempt)
        return self._table.write_together(parts)

    def partials(self, session_id: str) -> list[Partial]:
        """Read the STRATEGY items."""
        items = self._table.items(session_key(session_id)["PK"], PARTIAL_PREFIX)
        return sorted(map(_partial, items), key=lambda partial: partial.strategy_number)

    def fail(self, session_id: str) -> None:
        """Move a PENDING session to FAILED."""
        self._table.change(
            Change(
                key=session_key(session_id),
                update="SET #status = :failed",
                names={"#status": "status"},
                values={
                    ":failed": str(SessionStatus.FAILED),
                    ":pending": str(SessionStatus.PENDING),
                },
                condition="#status = :pending",
            )
        )

    def release_day(self, session: Session) -> None:
        """Remove the day's lock if this session holds it."""
        self._table.delete_if(
            day_key(date.fromisoformat(session.as_of)),
            "session_id = :mine",
            {":mine": session.session_id},
        )

    def unfinished(self) -> Iterable[Session]:
        """Read every METADATA item that is PENDING or not settled."""
        items = self._table.scan(
            "begins_with(PK, :sessions) AND SK = :metadata"
            " AND (#status = :pending OR outcome_sent = :unsent)",
            {
                ":sessions": SESSION_PREFIX,
                ":metadata": METADATA,
                ":pending": str(SessionStatus.PENDING),
                ":unsent": False,
            },
            names={"#status": "status"},
        )
        return [_session(item) for item in items]

    def overdue(self) -> Iterable[Session]:
        """Read the sessions of the day's locks that are past their time."""
        locks = self._table.scan(
            "begins_with(PK, :days) AND free_at_s < :now",
            {":days": DAY_PREFIX, ":now": int(self._clock.now().timestamp())},
        )
        found = [self.find(str(lock["session_id"])) for lock in locks]
        return [session for session in found if session is not None]

    def _item(self, partial: PartialSignalGenerated) -> Item:
        detail = partial.to_detail()
        now = self._clock.now()
        return {
            **partial_key(partial.session_id, partial.dsl_file),
            "dsl_file": partial.dsl_file,
            "allocation": partial.allocation,
            "strategy_number": partial.strategy_number,
            "signal_count": partial.signal_count,
            "completed_at": now.isoformat(),
            "TTL": int((now + KEPT).timestamp()),
            "event_id": partial.event_id,
            "consolidated_portfolio": json.dumps(detail["consolidated_portfolio"]),
            "signals_data": json.dumps(detail["signals_data"]),
        }


def _session(item: Item) -> Session:
    return Session(
        session_id=item["session_id"],
        as_of=item["as_of"],
        status=SessionStatus(item["status"]),
        timeout_at=datetime.fromisoformat(item["timeout_at"]),
        allocations={
            config["dsl_file"]: config["allocation"] for config in item["strategy_configs"]
        },
        completed=int(item["completed_strategies"]),
        record=MappingProxyType(item),
    )


def _partial(item: Item) -> Partial:
    portfolio = json.loads(item["consolidated_portfolio"])
    return Partial(
        dsl_file=item["dsl_file"],
        allocation=item["allocation"],
        strategy_number=int(item["strategy_number"]),
        signal_count=int(item["signal_count"]),
        targets={
            symbol: Decimal(weight) for symbol, weight in portfolio["target_allocations"].items()
        },
    )
