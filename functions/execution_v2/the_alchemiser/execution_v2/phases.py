"""From sells to buys: once, and only if the sells brought in the money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from the_alchemiser.execution_v2.run_progress import RunProgress, sell_failure_limit
from the_alchemiser.execution_v2.trade_store import TradeStore
from the_alchemiser.shared.run_record.run import Run
from the_alchemiser.shared.run_record.states import RunStatus, TradeStatus
from the_alchemiser.shared.run_record.trade import TradeRecord
from the_alchemiser.shared.trade_queue import SqsTradeQueue

SELL_PHASE_GUARD = "SELL_PHASE_GUARD"
SHOWN_SELLS = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Phases:
    """Moves a run on when its sells are decided."""

    progress: RunProgress
    trades: TradeStore
    queue: SqsTradeQueue

    def advance(self, run: Run, mover: str) -> Run:
        """Start the buys, or end the run if too much of the sells failed.

        `mover` names who asks. Whoever moved the run releases the buys, again after a crash.
        """
        if run.status is RunStatus.SELL_PHASE and run.sells_are_done and run.buy_total > 0:
            if run.sell_failed_amount > sell_failure_limit(run):
                records = self.trades.of_run(run.run_id)
                reason = _sells_failed(run, records)
                return self.progress.fail(run.run_id, SELL_PHASE_GUARD, reason)
            self.progress.begin_buys(run.run_id, mover)
            run = self.progress.read(run.run_id)
        is_mine = run.status is RunStatus.BUY_PHASE and run.phase_changed_by == mover
        if is_mine and not run.buys_released:
            self.release_buys(run.run_id)
        return run

    def release_buys(self, run_id: str) -> int:
        """Queue every buy that still waits; give how many there were."""
        waiting = [
            record.message
            for record in self.trades.of_run(run_id)
            if record.status is TradeStatus.WAITING
        ]
        waiting.sort(key=lambda message: (message.sequence_number, message.symbol))
        for message in waiting:
            self.queue.send(message)
            self.trades.mark_queued(message)
        self.progress.mark_buys_released(run_id)
        return len(waiting)


def _sells_failed(run: Run, records: Sequence[TradeRecord]) -> str:
    failed = [
        f"{record.message.symbol}: {record.result.note}"
        for record in records
        if record.status is TradeStatus.FAILED and record.result and record.result.note
    ]
    why = "".join(f"; {each}" for each in failed[:SHOWN_SELLS])
    return (
        f"sells of ${run.sell_failed_amount:.2f} failed, at most ${sell_failure_limit(run):.2f} "
        f"may; no buys were sent, ${run.buys_planned:.2f} are not invested{why}"
    )
