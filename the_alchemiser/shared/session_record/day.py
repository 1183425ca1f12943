"""Which session trades a day: one item, taken and given back by conditional writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from the_alchemiser.shared.session_record.session import KEPT
from the_alchemiser.shared.table import Item, Table

DAY_PREFIX = "DAY#"


@dataclass(frozen=True, kw_only=True, slots=True)
class DayLock:
    """The session that holds a trading day, and when the day is free again in any case."""

    as_of: date
    session_id: str
    free_at: datetime


def day_key(as_of: date) -> dict[str, str]:
    """Give the key of a day's item."""
    return {"PK": f"{DAY_PREFIX}{as_of.isoformat()}", "SK": "LOCK"}


def day_item(lock: DayLock) -> Item:
    """Write who holds a day. The sweep, which tells of lost runs, needs it for a day longer."""
    return {
        **day_key(lock.as_of),
        "session_id": lock.session_id,
        "free_at_s": int(lock.free_at.timestamp()),
        "TTL": int((lock.free_at + KEPT).timestamp()),
    }


def day_of(item: Item) -> DayLock:
    """Read who holds a day."""
    return DayLock(
        as_of=date.fromisoformat(str(item["PK"]).removeprefix(DAY_PREFIX)),
        session_id=item["session_id"],
        free_at=datetime.fromtimestamp(int(item["free_at_s"]), tz=UTC),
    )


def find_day(table: Table, as_of: date) -> DayLock | None:
    """Read who holds a day, or nothing if it is free."""
    item = table.get(day_key(as_of))
    return None if item is None else day_of(item)


def taking_day(table: Table, lock: DayLock, now: datetime) -> dict[str, Any]:
    """Give the part of a transaction that takes a day which nobody holds any longer."""
    return table.putting(
        day_item(lock),
        "attribute_not_exists(PK) OR free_at_s < :now",
        {":now": int(now.timestamp())},
    )


def release_day(table: Table, as_of: date, session_id: str) -> bool:
    """Give a day back if this session holds it; tell whether it did."""
    return table.delete_if(day_key(as_of), "session_id = :mine", {":mine": session_id})


def overdue_days(table: Table, now: datetime) -> list[DayLock]:
    """Read who holds a day although it should be free by now."""
    items = table.scan(
        "begins_with(PK, :days) AND free_at_s < :now",
        {":days": DAY_PREFIX, ":now": int(now.timestamp())},
    )
    return [day_of(item) for item in items]
