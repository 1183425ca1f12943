"""Finishes what a crash left half done, and ends what hangs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from the_alchemiser.execution_v2.phases import Phases
from the_alchemiser.execution_v2.run_progress import RunProgress
from the_alchemiser.execution_v2.trade_events import TradeEvents
from the_alchemiser.execution_v2.trade_store import TradeStore
from the_alchemiser.shared.clock import Clock
from the_alchemiser.shared.logs import bind_run, get_logger
from the_alchemiser.shared.run_record.run import Run
from the_alchemiser.shared.run_record.states import RunStatus
from the_alchemiser.shared.run_record.trade import TradeRecord

RUN_STUCK = "RUN_STUCK"
GRACE_S = 60
"""A run that moved so lately is still in somebody's hands."""
SHOWN_TRADES = 10


class StuckRunsMetric(Protocol):
    """Counts hanging runs where the alarm looks."""

    def report(self, stuck_runs: int) -> None:
        """Record how many runs hang."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Sweep:
    """What one sweep did."""

    runs_seen: int = 0
    buys_released: int = 0
    trades_told: int = 0
    runs_failed: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Sweeper:
    """Looks at every unfinished run."""

    progress: RunProgress
    trades: TradeStore
    phases: Phases
    events: TradeEvents
    metric: StuckRunsMetric
    clock: Clock
    stall_limit_s: float

    def sweep(self) -> Sweep:
        """Release waiting buys, tell what was not told, fail what hangs."""
        runs = self.progress.unfinished()
        released = told = failed = 0
        for run in runs:
            bind_run(run.correlation_id, run.run_id)
            idle_s = run.idle_s(self.clock.now())
            if run.status is RunStatus.FAILED:
                self.events.tell_failure(run)
            elif idle_s > self.stall_limit_s:
                self._fail(run, idle_s)
                failed += 1
            elif idle_s > GRACE_S:
                told += self._tell(run)
                released += self._resume(self.progress.read(run.run_id))
        self.metric.report(failed)
        return Sweep(
            runs_seen=len(runs), buys_released=released, trades_told=told, runs_failed=failed
        )

    def _resume(self, run: Run) -> int:
        run = self.phases.advance(run, mover="sweeper")
        self.events.tell_failure(run)
        if run.status is RunStatus.BUY_PHASE and not run.buys_released:
            return self.phases.release_buys(run.run_id)
        return 0

    def _tell(self, run: Run) -> int:
        untold = [
            record
            for record in self.trades.of_run(run.run_id)
            if record.status.is_final and not record.is_told
        ]
        for record in untold:
            if record.result is not None:
                self.progress.count(record.message, record.result)
            self.events.tell_trade(record)
        return len(untold)

    def _fail(self, run: Run, idle_s: float) -> None:
        undecided = [
            record for record in self.trades.of_run(run.run_id) if not record.status.is_final
        ]
        reason = (
            f"nothing moved for {idle_s:.0f} s with {run.completed_trades} of {run.total_trades} "
            f"trades done; {_named(undecided)}"
        )
        get_logger().error("run_stuck", run_id=run.run_id, reason=reason)
        self.events.tell_failure(self.progress.fail(run.run_id, RUN_STUCK, reason))


def _named(records: list[TradeRecord]) -> str:
    if not records:
        return "every trade is decided, but the run was not closed"
    shown = ", ".join(
        f"{record.message.action} {record.message.symbol} {record.status}"
        + (f" ({record.last_error})" if record.last_error else "")
        for record in records[:SHOWN_TRADES]
    )
    return f"undecided: {shown}"
