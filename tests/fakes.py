"""In-memory stand-ins for what the application talks to."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from tests.aws_limits import refuse_too_large
from tests.functions.deployed import BUS
from tests.functions.rights import check
from the_alchemiser.shared.aws import aws_errors
from the_alchemiser.shared.events.envelope import DomainEvent, EventStamp
from the_alchemiser.shared.events.publish import source_of
from the_alchemiser.shared.handling import FailureReporter
from the_alchemiser.shared.idempotency import Claim

MONDAY = datetime(2022, 3, 14, 19, 45, tzinfo=UTC)
"""15:45 in New York on a trading day."""


class FixedClock:
    """A clock that moves only when told to."""

    def __init__(self, moment: datetime = MONDAY) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment

    def advance(self, **step: float) -> None:
        self.moment += timedelta(**step)


class CountingIds:
    """Ids in the right form that count from 1."""

    def __init__(self) -> None:
        self.count = 0

    def new(self, kind: str) -> str:
        self.count += 1
        return f"{kind}-{UUID(int=self.count, version=4)}"


class RecordingPublisher:
    """Keeps what was published; raises `failure` instead while that is set."""

    def __init__(self) -> None:
        self.events: list[DomainEvent] = []
        self.failure: Exception | None = None

    def publish(self, event: DomainEvent) -> None:
        entry = {
            "EventBusName": BUS,
            "Source": source_of(event),
            "DetailType": event.event_type,
            "Detail": json.dumps(event.to_detail(), ensure_ascii=False),
        }
        with aws_errors(f"publish {event.event_type}"):
            refuse_too_large("events", "PutEvents", {"Entries": [entry]})
            check("events", "PutEvents", {"Entries": [entry]})
        if self.failure is not None:
            raise self.failure
        self.events.append(event)

    def named(self, event_type: str) -> list[DomainEvent]:
        return [event for event in self.events if event.event_type == event_type]


class MemoryClaims:
    """Claims in a dict."""

    def __init__(self) -> None:
        self.states: dict[str, Claim] = {}

    def take(self, key: str) -> Claim:
        state = self.states.get(key, Claim.GRANTED)
        if state is Claim.GRANTED:
            self.states[key] = Claim.HELD
        return state

    def complete(self, key: str) -> None:
        self.states[key] = Claim.DONE

    def release(self, key: str) -> None:
        self.states.pop(key, None)


def stamp(source_module: str = "test_v2") -> EventStamp:
    """Return a stamp with a fixed clock and counting ids."""
    return EventStamp(clock=FixedClock(), ids=CountingIds(), source_module=source_module)


def reporter(
    publisher: RecordingPublisher,
    workflow_type: str = "test_workflow",
    failure_step: str = "test_step",
    source_module: str = "test_v2",
) -> Callable[[], FailureReporter]:
    """Return what `respond` takes as `failures`."""
    made = FailureReporter(
        publisher=publisher,
        stamp=stamp(source_module),
        workflow_type=workflow_type,
        failure_step=failure_step,
    )
    return lambda: made
