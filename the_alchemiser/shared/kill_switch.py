"""The kill switch as functions see it: one item beside the runs, written by whoever turns it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from the_alchemiser.shared.table import Change, Table

KEY = {"PK": "STACK", "SK": "KILL_SWITCH"}


@dataclass(frozen=True, slots=True)
class KillSwitch:
    """Says since when a stack is paused; what it stops is stopped elsewhere."""

    table: Table

    def paused_since(self) -> str | None:
        """Return since when, or nothing while the stack works."""
        item = self.table.get(KEY) or {}
        since = item.get("paused_at")
        return None if since is None else str(since)

    def pause(self, at: datetime) -> None:
        """Remember that the stack is paused; who pauses twice changes nothing."""
        update = "SET paused_at = if_not_exists(paused_at, :at)"
        self.table.change(Change(key=KEY, update=update, values={":at": at.isoformat()}))

    def resume(self) -> None:
        """Remember that it works again."""
        self.table.change(Change(key=KEY, update="REMOVE paused_at"))
