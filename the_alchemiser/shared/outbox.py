"""The event that ends something, published once although the publisher may die at any moment.

First the event is written into the record it concludes, by a conditional write that only one can
win. Then it is published, then the record is settled. Whoever finds a record claimed but not
settled after the lease has run out publishes the stored event again: same id, same content, so
that receivers which know the first copy ignore the second.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from the_alchemiser.shared.clock import Clock
from the_alchemiser.shared.events.envelope import DomainEvent
from the_alchemiser.shared.events.names import EventName
from the_alchemiser.shared.events.publish import EventPublisher
from the_alchemiser.shared.events.unwrap import unwrap
from the_alchemiser.shared.table import Change, Item, Key, Table

LEASE = timedelta(seconds=90)
"""Longer than the light functions may run (60 s), so that only a dead publisher is replaced."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Conclusion:
    """How a record ends: the event, and the states it may come from and goes through."""

    key: Key
    event: DomainEvent
    open_statuses: tuple[str, ...]
    claimed_status: str
    final_status: str
    condition: str = ""
    """What else must hold, as a DynamoDB condition that uses no values."""
    new_record: Mapping[str, Any] = field(default_factory=dict)
    """Attributes of the record if none exists yet; without them it has to exist."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """The last event of a record as it is written into it, and whether it went out."""

    event: str
    """The event's detail as JSON."""
    is_sent: bool
    final_status: str
    lease_until_s: int
    """Until when its publisher counts as alive."""


def outcome_item(outcome: Outcome | None) -> Item:
    """Give the attributes of a record that hold its last event; none before it has ended."""
    if outcome is None:
        return {}
    return {
        "outcome": outcome.event,
        "outcome_sent": outcome.is_sent,
        "outcome_final_status": outcome.final_status,
        "outcome_lease_until_s": outcome.lease_until_s,
    }


def outcome_of(item: Item) -> Outcome | None:
    """Read the last event of a record, or nothing before it has ended."""
    if "outcome" not in item:
        return None
    return Outcome(
        event=item["outcome"],
        is_sent=item["outcome_sent"],
        final_status=item["outcome_final_status"],
        lease_until_s=int(item["outcome_lease_until_s"]),
    )


class Outbox:
    """Concludes the records of one table."""

    def __init__(
        self,
        table: Table,
        publisher: EventPublisher,
        clock: Clock,
        events: Mapping[EventName, type[DomainEvent]],
    ) -> None:
        self._table = table
        self._publisher = publisher
        self._clock = clock
        self._events = events

    def claim(self, conclusion: Conclusion) -> bool:
        """Write the event into its record; False when the record was concluded by another."""
        states = {f":open{n}": str(state) for n, state in enumerate(conclusion.open_statuses)}
        condition = f"#status IN ({', '.join(states)})"
        if conclusion.condition:
            condition = f"({condition} AND {conclusion.condition})"
        if conclusion.new_record:
            condition = f"attribute_not_exists(PK) OR {condition}"
        sets = outcome_item(
            Outcome(
                event=json.dumps(conclusion.event.to_detail()),
                is_sent=False,
                final_status=str(conclusion.final_status),
                lease_until_s=self._lease_end_s(),
            )
        )
        fresh = conclusion.new_record
        updates = [
            "#status = :claimed",
            *(f"#{name} = :{name}" for name in sets),
            *(f"#{name} = if_not_exists(#{name}, :{name})" for name in fresh),
        ]
        change = Change(
            key=conclusion.key,
            update="SET " + ", ".join(updates),
            names={"#status": "status", **{f"#{name}": name for name in (*sets, *fresh)}},
            values={
                ":claimed": str(conclusion.claimed_status),
                **{f":{name}": value for name, value in (sets | dict(fresh)).items()},
                **states,
            },
            condition=condition,
        )
        return self._table.change(change) is not None

    def deliver(self, key: Key, event: DomainEvent) -> None:
        """Publish a claimed event and settle its record."""
        self._publisher.publish(event)
        self._table.change(
            Change(
                key=key,
                update="SET outcome_sent = :sent, #status = outcome_final_status",
                names={"#status": "status"},
                values={":sent": True, ":unsent": False},
                condition="outcome_sent = :unsent",
            )
        )

    def take_over(self, key: Key, outcome: Outcome | None) -> DomainEvent | None:
        """Return the event of a record whose publisher died, for `deliver`; else None."""
        if outcome is None or outcome.is_sent or outcome.lease_until_s >= self._now_s():
            return None
        taken = self._table.change(
            Change(
                key=key,
                update="SET outcome_lease_until_s = :next",
                values={
                    ":next": self._lease_end_s(),
                    ":seen": outcome.lease_until_s,
                    ":unsent": False,
                },
                condition="outcome_lease_until_s = :seen AND outcome_sent = :unsent",
            )
        )
        found = None if taken is None else outcome_of(taken)
        return None if found is None else unwrap(json.loads(found.event), self._events)

    def _lease_end_s(self) -> int:
        return self._now_s() + int(LEASE.total_seconds())

    def _now_s(self) -> int:
        return int(self._clock.now().timestamp())
