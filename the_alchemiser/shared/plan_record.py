"""The record of a plan: portfolio makes it, everything that follows from it is made from it.

| key | what |
| --- | --- |
| `CORR#<correlation_id>` / `PLAN` | which plan a correlation id has |
| `PLAN#<plan_id>` / `METADATA` | the plan as JSON, or where it lies in parts |
| `PLAN#<plan_id>` / `PART#<digest>#<n>` | a part of one that no item could hold |

The items carry the keys of an index by correlation id, which the table no longer has; see
docs/decisions/0406.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from the_alchemiser.shared.long_text import part_items, read_text, text_attributes
from the_alchemiser.shared.table import Item, Table

KEPT_FOR = timedelta(days=90)
TEXT = "plan"


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanRecord:
    """A plan in its own words, and whose it is."""

    plan_id: str
    run_id: str
    correlation_id: str
    created_at: datetime
    plan: str
    """The plan as JSON."""


def plan_key(plan_id: str) -> dict[str, str]:
    """Give the key of a plan."""
    return {"PK": f"PLAN#{plan_id}", "SK": "METADATA"}


def claim_key(correlation_id: str) -> dict[str, str]:
    """Give the key of the item that names a correlation id's one plan."""
    return {"PK": f"CORR#{correlation_id}", "SK": "PLAN"}


def plan_item(record: PlanRecord) -> Item:
    """Write a plan."""
    return {
        **plan_key(record.plan_id),
        "GSI1PK": f"CORR#{record.correlation_id}",
        "GSI1SK": f"PLAN#{record.created_at.isoformat()}",
        "plan_id": record.plan_id,
        "run_id": record.run_id,
        "correlation_id": record.correlation_id,
        "created_at": record.created_at.isoformat(),
        **text_attributes(TEXT, record.plan),
        "ttl": _expires_s(record),
    }


def claim_item(record: PlanRecord) -> Item:
    """Write which plan a correlation id has."""
    return {
        **claim_key(record.correlation_id),
        "plan_id": record.plan_id,
        "ttl": _expires_s(record),
    }


def plan_of(item: Item) -> PlanRecord:
    """Read a plan that its item holds."""
    return PlanRecord(
        plan_id=item["plan_id"],
        run_id=item["run_id"],
        correlation_id=item["correlation_id"],
        created_at=datetime.fromisoformat(item["created_at"]),
        plan=item[TEXT],
    )


def find_plan(table: Table, correlation_id: str) -> PlanRecord | None:
    """Read the plan of a correlation id, or nothing if it has none."""
    claim = table.get(claim_key(correlation_id))
    item = None if claim is None else table.get(plan_key(claim["plan_id"]))
    return None if item is None else plan_of({**item, TEXT: read_text(table, TEXT, item)})


def keep_plan(table: Table, record: PlanRecord) -> bool:
    """Write a plan and claim its correlation id, both or neither; False if there is one already."""
    partition = plan_key(record.plan_id)["PK"]
    for part in part_items(TEXT, record.plan, partition, _expires_s(record)):
        table.put_new(part)
    return table.write_together(
        [table.putting_new(claim_item(record)), table.putting_new(plan_item(record))]
    )


def _expires_s(record: PlanRecord) -> int:
    return int((record.created_at + KEPT_FOR).timestamp())
