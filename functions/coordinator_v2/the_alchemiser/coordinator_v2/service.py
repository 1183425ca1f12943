"""Starting a run once, however often it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from the_alchemiser.coordinator_v2.command import RunRequest
from the_alchemiser.coordinator_v2.domain import Opening, jobs, new_session
from the_alchemiser.coordinator_v2.ports import Allocations, Sessions, Workers
from the_alchemiser.shared.clock import Clock
from the_alchemiser.shared.errors import ConfigurationError, RunRefused, TransientError
from the_alchemiser.shared.logs import get_logger
from the_alchemiser.shared.session_record.session import Session, SessionStatus

WARN_BEYOND = Decimal("0.01")


@dataclass(frozen=True, kw_only=True, slots=True)
class Dispatch:
    """The session of a run, and which strategies were started now."""

    session: Session
    started: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Coordinator:
    """Opens sessions and starts their workers."""

    sessions: Sessions
    workers: Workers
    allocations: Allocations
    clock: Clock
    timeout: timedelta

    def start(self, request: RunRequest) -> Dispatch:
        """Open the session and start its workers.

        A session that exists already is taken up as it was stored: only strategies that have not
        reported are started again, and none once it is closed or past its time.
        """
        session = self.sessions.find(request.session_id)
        if session is not None:
            return self._resume(session)
        session = self._planned(request)
        opening = self.sessions.open(session)
        if opening is Opening.DAY_TAKEN:
            raise self._refusal(session.as_of)
        if opening is Opening.EXISTS:
            raise TransientError(f"{session.session_id} was opened by another at this moment")
        return self._dispatch(session, frozenset())

    def _planned(self, request: RunRequest) -> Session:
        now = self.clock.now()
        strategies = self.allocations.strategies()
        if not strategies:
            raise ConfigurationError("expected at least one strategy, found none")
        total = sum((strategy.allocation for strategy in strategies), Decimal(0))
        if abs(total - 1) > WARN_BEYOND:
            get_logger().warning("allocations_off", expected="1", found=f"{total:f}")
        as_of = request.as_of or now.date()
        return new_session(request.session_id, as_of, strategies, now, self.timeout)

    def _resume(self, session: Session) -> Dispatch:
        is_late = self.clock.now() >= session.timeout_at
        if session.status is not SessionStatus.PENDING or is_late:
            return Dispatch(session=session, started=())
        return self._dispatch(session, self.sessions.reported(session.session_id))

    def _dispatch(self, session: Session, reported: frozenset[str]) -> Dispatch:
        started = jobs(session, reported, self.sessions.rebalances())
        for job in started:
            self.workers.start(job)
        return Dispatch(session=session, started=tuple(job.dsl_file for job in started))

    def _refusal(self, as_of: date) -> RunRefused:
        holder = self.sessions.holder(as_of) or "another session"
        return RunRefused(
            f"{holder} already trades {as_of}; wait until it has ended",
            details={"running_session_id": holder, "as_of": as_of.isoformat()},
        )
