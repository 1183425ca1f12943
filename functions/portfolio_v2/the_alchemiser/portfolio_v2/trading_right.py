"""At most one run trades at a time."""

from __future__ import annotations

from the_alchemiser.shared.clock import Clock
from the_alchemiser.shared.errors import RunRefused, TransientError
from the_alchemiser.shared.run_record import run_changes
from the_alchemiser.shared.run_record.active import (
    ActiveRun,
    active_run_item,
    active_run_key,
    active_run_of,
    leave_active_run,
    replace_active_run,
)
from the_alchemiser.shared.run_record.run import Run, find_run
from the_alchemiser.shared.run_record.states import STALL_LIMIT_S
from the_alchemiser.shared.table import Table

PLANNING_LIMIT_S = 900
"""Longest that one planning can take: the function's timeout."""


class TradingRight:
    """The right to trade, which one run holds.

    Nobody has to give it back: a run that ended, stalled, or was never opened loses it to the next.
    """

    def __init__(self, runs: Table, clock: Clock) -> None:
        self._runs = runs
        self._clock = clock

    def claim(self, run_id: str) -> None:
        """Become the active run, or raise RunRefused while another one is."""
        wanted = ActiveRun(run_id=run_id, claimed_at=self._clock.now())
        if self._runs.put_new(active_run_item(wanted)):
            return
        item = self._runs.get(active_run_key())
        if item is None:
            raise TransientError("the right to trade changed hands at this moment")
        holder = active_run_of(item)
        if holder.run_id == run_id:
            return
        if not (self._has_ended(holder) and self._replace(holder, wanted)):
            raise RunRefused(
                f"run {holder.run_id} is active since {holder.claimed_at.isoformat()}; "
                "start again when it has ended",
                details={"active_run_id": holder.run_id},
            )

    def disclaim(self, run_id: str) -> None:
        """Stop being the active run."""
        leave_active_run(self._runs, run_id)

    def _has_ended(self, holder: ActiveRun) -> bool:
        now = self._clock.now()
        run = find_run(self._runs, holder.run_id)
        if run is None:
            return (now - holder.claimed_at).total_seconds() > PLANNING_LIMIT_S
        return run.status.is_final or (run.idle_s(now) > STALL_LIMIT_S and self._end(run))

    def _end(self, run: Run) -> bool:
        # What is left of the stalled run in the queue must find it failed, not trade beside ours.
        reason = "the run stalled and a later one took over"
        change = run_changes.fail_stalled(run, "RUN_STALLED", reason)
        return self._runs.change(change) is not None

    def _replace(self, holder: ActiveRun, wanted: ActiveRun) -> bool:
        return self._runs.change(replace_active_run(holder.run_id, wanted)) is not None
