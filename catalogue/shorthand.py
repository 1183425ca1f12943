"""What functions' entries say more than once."""

from __future__ import annotations

from collections.abc import Mapping

from blueprint import Access, Grant, OnEvent, OnSchedule, Operation, Reference, Setting, Value
from catalogue.references import BARS, BROKER
from the_alchemiser.shared.events.names import SOURCE_PREFIX, SOURCES, EventName

BROKER_ACCESS: Mapping[str, Value] = {
    "ALPACA__SECRET_ARN": BROKER,
    "ALPACA__ENDPOINT": Setting("broker_endpoint"),
    "ALPACA__DATA_ENDPOINT": Setting("broker_data_endpoint"),
}


DATA_KEYS = "*/daily/*"
BARS_KEYS = ("*/metadata.json", DATA_KEYS)
"""Objects of the bars' bucket, whose first part is a symbol."""


def items(target: Reference, *operations: Operation, indexes: tuple[str, ...] = ()) -> Grant:
    """Permit exactly these operations on a table, and to query these indexes of it."""
    return Grant(Access.ITEMS, target, operations=frozenset(operations), indexes=indexes)


def reads(target: Reference) -> Grant:
    """Permit reading."""
    return Grant(Access.READ, target)


def reads_bars() -> Grant:
    """Permit reading each symbol's record and the data that it names."""
    return Grant(Access.READ, BARS, keys=BARS_KEYS)


def keeps_bars() -> Grant:
    """Permit writing them too, and removing data that no record names any more."""
    return Grant(Access.READ_WRITE_REMOVE, BARS, keys=BARS_KEYS, removable=(DATA_KEYS,))


def on(rule: str, event: EventName, **detail: tuple[object, ...]) -> OnEvent:
    """Start a function by an event that has one fixed source."""
    return OnEvent(rule=rule, detail_types=(event,), sources=(SOURCES[event],), detail=detail)


def on_any(rule: str, *events: EventName) -> OnEvent:
    """Start a function by events that any function may send."""
    return OnEvent(rule=rule, detail_types=events, source_prefix=SOURCE_PREFIX)


def sweep(schedule: str, action: str) -> OnSchedule:
    """Start a function every five minutes to finish or end what hangs."""
    return OnSchedule(
        schedule=schedule, expression="rate(5 minutes)", timezone="UTC", input={"action": action}
    )
