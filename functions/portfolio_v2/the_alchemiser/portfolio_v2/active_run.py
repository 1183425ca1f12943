"""At most one run trades at a time."""

from __future__ import annotations

from datetime import timedelta

from the_alchemiser.shared.clock import Clock
from the_alchemiser.shared.errors import RunRefused
from the_alchemiser.shared.runs import STALL_LIMIT_S, RunStatus, active_run_key, run_key
from the_alchemiser.shared.table import Change, Item, Table

PLANNING_LIMIT_S = 900
"""Longest that one planning can take: the function's timeout."""
KEPT_FOR = timedelta(days=7)


class ActiveRun:
    """One item that names the run which trades now.

    Nobody has to give it back: a run that ended, stalled, or was never opened loses it to the next.
    """

    def __init__(self, runs: Table, clock: Clock) -> None:
        self._runs = runs
        self._clock = clock

    def claim(self, run_id: str) -> None:
        """Become the active run, or raise RunRefused while another one is."""
        if self._runs.put_new({**active_run_key(), **self._holding(run_id)}):
            return
        holder = self._runs.get(active_run_key()) or {}
        if holder.get("run_id") == run_id:
            return
        other_id = str(holder.get("run_id"))
        if not (self._has_ended(other_id, holder) and self._replace(other_id, run_id)):
            raise RunRefused(
                f"run {other_id} is active since {holder.get('claimed_at')}; "
                "start again when it has ended",
                details={"active_run_id": other_id},
            )

    def disclaim(self, run_id: str) -> None:
        """Stop being the active run."""
        self._runs.delete_if(active_run_key(), "run_id = :mine", {":mine": run_id})

    def _holding(self, run_id: str) -> Item:
        now = self._clock.now()
        return {
            "run_id": run_id,
            "claimed_at": now.isoformat(),
            "claimed_s": int(now.timestamp()),
            "TTL": int((now + KEPT_FOR).timestamp()),
        }

    def _has_ended(self, run_id: str, holder: Item) -> bool:
        now_s = int(self._clock.now().timestamp())
        run = self._runs.get(run_key(run_id))
        if run is None:
            return now_s - int(holder.get("claimed_s", now_s)) > PLANNING_LIMIT_S
        if RunStatus(run["status"]).is_final:
            return True
        return now_s - int(run["updated_s"]) > STALL_LIMIT_S and self._end(run_id, run)

    def _end(self, run_id: str, run: Item) -> bool:
        # What is left of the stalled run in the queue must find it failed, not trade beside ours.
        ended = Change(
            key=run_key(run_id),
            update="SET #status = :failed, failure_reason = :reason, failure_step = :step",
            names={"#status": "status"},
            values={
                ":failed": RunStatus.FAILED,
                ":seen": run["status"],
                ":seen_s": run["updated_s"],
                ":reason": "the run stalled and a later one took over",
                ":step": "RUN_STALLED",
            },
            condition="#status = :seen AND updated_s = :seen_s",
        )
        return self._runs.change(ended) is not None

    def _replace(self, other_id: str, run_id: str) -> bool:
        holding = self._holding(run_id)
        names = {f"#{name}": name for name in holding}
        taken = Change(
            key=active_run_key(),
            update="SET " + ", ".join(f"#{name} = :{name}" for name in holding),
            names=names,
            values={**{f":{name}": value for name, value in holding.items()}, ":other": other_id},
            condition="#run_id = :other",
        )
        return self._runs.change(taken) is not None
