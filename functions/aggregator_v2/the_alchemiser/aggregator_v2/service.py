"""Collecting partial signals, and ending each session exactly once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from the_alchemiser.aggregator_v2.domain import AggregationError, check_membership, merged
from the_alchemiser.aggregator_v2.outcome import Outcomes
from the_alchemiser.aggregator_v2.ports import Conclusions, Sessions
from the_alchemiser.shared.clock import Clock
from the_alchemiser.shared.errors import AlchemiserError, TransientError
from the_alchemiser.shared.events.signals import PartialSignalGenerated
from the_alchemiser.shared.events.trades import AllTradesCompleted
from the_alchemiser.shared.events.workflow import RunPart, WorkflowFailed
from the_alchemiser.shared.logs import get_logger
from the_alchemiser.shared.outbox import Conclusion
from the_alchemiser.shared.session_record.session import Session, SessionStatus, session_key


class Progress(Enum):
    """What a partial signal led to."""

    WAITING = "waiting"
    AGGREGATED = "aggregated"
    ALREADY_AGGREGATED = "already_aggregated"
    FAILED = "session_failed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Aggregator:
    """Keeps sessions from the first partial signal to the end of the run."""

    sessions: Sessions
    conclusions: Conclusions
    outcomes: Outcomes
    clock: Clock
    tolerance: Decimal

    def collect(self, partial: PartialSignalGenerated) -> tuple[Progress, Session]:
        """Store one partial signal; the last one of a session ends it."""
        session = self._known(partial.session_id)
        check_membership(session, partial.dsl_file, partial.allocation, partial.total_strategies)
        if session.status is SessionStatus.PENDING:
            self.sessions.record(partial)
            session = self._known(partial.session_id)
        return self._advance(session, partial.event_id), session

    def expire(self) -> int:
        """End every session past its time and finish interrupted ones; return how many."""
        failures: list[AlchemiserError] = []
        ended = self._sweep(self.sessions.unfinished(), self._swept, failures)
        # Read only now: what was ended a moment ago no longer holds its day.
        ended += self._sweep(self.sessions.overdue(), self._given_up, failures)
        if failures:
            raise TransientError(f"{len(failures)} sessions could not be swept: {failures[0]}")
        return ended

    def hear_of_failure(self, failure: WorkflowFailed) -> None:
        """Close the session of a run that failed, so that nobody waits for it.

        A gauge, mail or total that failed ends no run, nor does a worker that Lambda repeats after
        the merge: the run trades on, and the day stays its own.
        """
        session = self.sessions.find(failure.correlation_id)
        if session is None:
            return
        if failure.ends is RunPart.SIGNAL:
            self.sessions.fail(session.session_id)
            session = self._known(session.session_id)
        if session.status is SessionStatus.FAILED or failure.ends is RunPart.TRADING:
            self.sessions.release_day(session)

    def hear_of_end(self, completed: AllTradesCompleted) -> None:
        """Give the day free when its run has ended.

        What strategies were brought to counts only if every trade was done: what was not reached
        is due again.
        """
        session = self.sessions.find(completed.correlation_id)
        if session is None:
            return
        if not completed.failed_trades and not completed.skipped_trades:
            self.sessions.keep_rebalances(session)
        self.sessions.release_day(session)

    def _known(self, session_id: str) -> Session:
        session = self.sessions.find(session_id)
        if session is None:
            raise AggregationError(f"{session_id}: expected a session of this id, found none")
        return session

    def _advance(self, session: Session, cause_id: str) -> Progress:
        if session.status is SessionStatus.PENDING:
            if not session.is_complete:
                return Progress.WAITING
            return self._merge(session, cause_id)
        self._finish(session)
        if session.status is SessionStatus.FAILED:
            return Progress.FAILED
        return Progress.ALREADY_AGGREGATED

    def _merge(self, session: Session, cause_id: str) -> Progress:
        partials = self.sessions.partials(session.session_id)
        try:
            target_weights = merged(partials, self.tolerance)
        except AggregationError as error:
            self._fail(session, cause_id, error)
            return Progress.FAILED
        signal = self.outcomes.signal(session, partials, target_weights, cause_id)
        conclusion = Conclusion(
            key=session_key(session.session_id),
            event=signal,
            open_statuses=(SessionStatus.PENDING,),
            claimed_status=SessionStatus.AGGREGATING,
            final_status=SessionStatus.COMPLETED,
        )
        if not self.conclusions.claim(conclusion):
            return Progress.ALREADY_AGGREGATED
        self.conclusions.deliver(conclusion.key, signal)
        return Progress.AGGREGATED

    def _fail(self, session: Session, cause_id: str, error: AggregationError) -> bool:
        conclusion = Conclusion(
            key=session_key(session.session_id),
            event=self.outcomes.failure(session, cause_id, error),
            open_statuses=(SessionStatus.PENDING,),
            claimed_status=SessionStatus.FAILED,
            final_status=SessionStatus.FAILED,
        )
        if not self.conclusions.claim(conclusion):
            return False
        self.sessions.release_day(session)
        self.conclusions.deliver(conclusion.key, conclusion.event)
        return True

    def _finish(self, session: Session) -> bool:
        event = self.conclusions.take_over(session_key(session.session_id), session.outcome)
        if event is None:
            return False
        if session.status is SessionStatus.FAILED:
            self.sessions.release_day(session)
        self.conclusions.deliver(session_key(session.session_id), event)
        return True

    def _sweep(
        self,
        sessions: Iterable[Session],
        end: Callable[[Session], bool],
        failures: list[AlchemiserError],
    ) -> int:
        ended = 0
        for session in sessions:
            try:
                ended += end(session)
            except AlchemiserError as error:
                get_logger().error("sweep_failed", session=session.session_id, reason=str(error))
                failures.append(error)
        return ended

    def _given_up(self, session: Session) -> bool:
        """Tell that a run got lost behind its signal: then nobody else can."""
        is_lost = session.status is SessionStatus.COMPLETED
        if is_lost:
            error = AggregationError(
                f"{session.session_id}: its signal went out, and nobody told how the run ended; "
                "see the logs of portfolio_v2 and execution_v2, and the queue of failed calls",
                details={"step": "run_overdue"},
            )
            failure = self.outcomes.failure(session, session.session_id, error)
            self.conclusions.deliver(session_key(session.session_id), failure)
        self.sessions.release_day(session)
        return is_lost

    def _swept(self, session: Session) -> bool:
        if session.status is not SessionStatus.PENDING:
            return self._finish(session)
        if self.clock.now() >= session.timeout_at:
            return self._fail(session, session.session_id, self._timeout(session))
        if session.is_complete:
            return self._merge(session, session.session_id) is Progress.AGGREGATED
        return False

    def _timeout(self, session: Session) -> AggregationError:
        reported = {partial.dsl_file for partial in self.sessions.partials(session.session_id)}
        missing = sorted(set(session.allocations) - reported)
        told = ", ".join(missing) or "the merge"
        return AggregationError(
            f"{session.session_id}: no report from {told} until {session.timeout_at.isoformat()}",
            details={"missing": ", ".join(missing), "step": "session_timeout"},
        )
