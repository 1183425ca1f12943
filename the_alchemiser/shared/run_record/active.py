"""The one item that names the run which trades now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from the_alchemiser.shared.table import Change, Item, Table

KEPT_FOR = timedelta(days=7)


@dataclass(frozen=True, kw_only=True, slots=True)
class ActiveRun:
    """Who trades, and since when."""

    run_id: str
    claimed_at: datetime


def active_run_key() -> dict[str, str]:
    """Give the key of the item."""
    return {"PK": "RUN#ACTIVE", "SK": "LOCK"}


def active_run_item(active: ActiveRun) -> Item:
    """Write who trades now."""
    return {**active_run_key(), **_attributes(active)}


def active_run_of(item: Item) -> ActiveRun:
    """Read who trades now."""
    return ActiveRun(run_id=item["run_id"], claimed_at=datetime.fromisoformat(item["claimed_at"]))


def replace_active_run(other_id: str, active: ActiveRun) -> Change:
    """Take the place of another run, if it still holds it."""
    attributes = _attributes(active)
    return Change(
        key=active_run_key(),
        update="SET " + ", ".join(f"#{name} = :{name}" for name in attributes),
        names={f"#{name}": name for name in attributes},
        values={**{f":{name}": value for name, value in attributes.items()}, ":other": other_id},
        condition="#run_id = :other",
    )


def leave_active_run(table: Table, run_id: str) -> bool:
    """Remove the item if this run holds it; tell whether it did."""
    return table.delete_if(active_run_key(), "run_id = :mine", {":mine": run_id})


def _attributes(active: ActiveRun) -> Item:
    return {
        "run_id": active.run_id,
        "claimed_at": active.claimed_at.isoformat(),
        "claimed_s": int(active.claimed_at.timestamp()),
        "TTL": int((active.claimed_at + KEPT_FOR).timestamp()),
    }
