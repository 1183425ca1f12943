"""Sessions in DynamoDB."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable

from the_alchemiser.aggregator_v2.domain import rebalances_of
from the_alchemiser.shared.clock import Clock
from the_alchemiser.shared.errors import TransientError
from the_alchemiser.shared.events.signals import PartialSignalGenerated
from the_alchemiser.shared.session_record.day import overdue_days, release_day
from the_alchemiser.shared.session_record.partial import (
    Partial,
    partial_item,
    partials_of_session,
)
from the_alchemiser.shared.session_record.rebalance import keeping_rebalance
from the_alchemiser.shared.session_record.session import (
    Session,
    count_report,
    fail_session,
    find_session,
    unfinished_sessions,
)
from the_alchemiser.shared.table import Table

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
        """Read a session as it is now."""
        return find_session(self._table, session_id)

    def record(self, partial: PartialSignalGenerated) -> bool:
        """Write what a strategy asked for and count it in one transaction."""
        parts = [
            self._table.putting_new(partial_item(self._reported(partial))),
            self._table.changing(count_report(partial.session_id)),
        ]
        for attempt in range(1, CONFLICT_ATTEMPTS):
            try:
                return self._table.write_together(parts)
            except TransientError:
                self._sleep(random.uniform(0.5, 1.5) * CONFLICT_PAUSE_S * attempt)
        return self._table.write_together(parts)

    def partials(self, session_id: str) -> list[Partial]:
        """Read all that was reported, in the order of the strategies' numbers."""
        return partials_of_session(self._table, session_id)

    def fail(self, session_id: str) -> None:
        """End a session that still waits."""
        self._table.change(fail_session(session_id))

    def keep_rebalances(self, session: Session) -> None:
        """Write what each strategy was brought to, unless a later session has."""
        for rebalance in rebalances_of(session, self.partials(session.session_id)):
            self._table.write_together([keeping_rebalance(self._table, rebalance)])

    def release_day(self, session: Session) -> None:
        """Give the session's day back if it holds it."""
        release_day(self._table, session.as_of, session.session_id)

    def unfinished(self) -> Iterable[Session]:
        """Read the sessions that wait or are not settled."""
        return unfinished_sessions(self._table)

    def overdue(self) -> Iterable[Session]:
        """Read the sessions that hold a day past their time."""
        locks = overdue_days(self._table, self._clock.now())
        found = [self.find(lock.session_id) for lock in locks]
        return [session for session in found if session is not None]

    def _reported(self, partial: PartialSignalGenerated) -> Partial:
        return Partial(
            session_id=partial.session_id,
            dsl_file=partial.dsl_file,
            allocation=partial.allocation,
            strategy_number=partial.strategy_number,
            signal_count=partial.signal_count,
            reported_at=self._clock.now(),
            event_id=partial.event_id,
            portfolio=partial.consolidated_portfolio,
            signals_data=partial.to_detail()["signals_data"],
        )
