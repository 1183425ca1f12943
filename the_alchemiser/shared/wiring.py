"""How every function's bootstrap makes what all of them have."""

from __future__ import annotations

from collections.abc import Mapping

from the_alchemiser.shared.aws import client
from the_alchemiser.shared.clock import SystemClock
from the_alchemiser.shared.events.envelope import EventStamp
from the_alchemiser.shared.events.publish import EventBridgePublisher
from the_alchemiser.shared.events.workflow import RunPart
from the_alchemiser.shared.handling import FailureReporter
from the_alchemiser.shared.ids import RandomIds
from the_alchemiser.shared.settings import FunctionSettings


def event_stamp(source_module: str) -> EventStamp:
    """Return the stamp of a module's events."""
    return EventStamp(clock=SystemClock(), ids=RandomIds(), source_module=source_module)


def bus_publisher(settings: FunctionSettings) -> EventBridgePublisher:
    """Return the publisher on the bus that the settings name."""
    return EventBridgePublisher(client("events"), settings.event_bus_name)


def failure_reporter(
    environ: Mapping[str, str],
    *,
    source_module: str,
    workflow_type: str,
    failure_step: str,
    ends: RunPart | None = None,
) -> FailureReporter:
    """Return who tells of a function's failures.

    It needs only what every function is told, so that it can report that the rest is missing.
    """
    shared = {
        name: value
        for name, value in environ.items()
        if name in ("APP__STAGE", "EVENT_BUS_NAME", "LOG_LEVEL")
    }
    settings = FunctionSettings.from_environment(shared)
    return FailureReporter(
        publisher=bus_publisher(settings),
        stamp=event_stamp(source_module),
        workflow_type=workflow_type,
        failure_step=failure_step,
        ends=ends,
    )
