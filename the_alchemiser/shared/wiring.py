"""How every function's bootstrap makes what all of them have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from the_alchemiser.shared.aws import client
from the_alchemiser.shared.broker import Broker
from the_alchemiser.shared.broker_access import BrokerSettings, connected_broker
from the_alchemiser.shared.clock import Clock
from the_alchemiser.shared.events.envelope import EventStamp
from the_alchemiser.shared.events.publish import EventBridgePublisher, EventPublisher
from the_alchemiser.shared.events.workflow import RunPart
from the_alchemiser.shared.handling import FailureReporter
from the_alchemiser.shared.ids import IdSource
from the_alchemiser.shared.settings import FunctionSettings


class Clients(Protocol):
    """Reaches what lies outside of a function; tests reach something else."""

    def aws(self, service: str) -> Any:
        """Give the client of an AWS service."""
        ...

    def publisher(self, settings: FunctionSettings) -> EventPublisher:
        """Give what publishes on the bus that the settings name."""
        ...

    def broker(self, settings: BrokerSettings) -> Broker:
        """Connect to the broker."""
        ...


class RealClients:
    """AWS and the broker themselves, each connected when first asked for."""

    def aws(self, service: str) -> Any:
        """Give the one client of an AWS service."""
        return client(service)

    def publisher(self, settings: FunctionSettings) -> EventPublisher:
        """Give what publishes on the bus that the settings name."""
        return bus_publisher(settings)

    def broker(self, settings: BrokerSettings) -> Broker:
        """Connect to the broker."""
        return connected_broker(settings)


def bus_publisher(settings: FunctionSettings) -> EventBridgePublisher:
    """Return the publisher on the bus that the settings name."""
    return EventBridgePublisher(client("events"), settings.event_bus_name)


def common_settings(environ: Mapping[str, str]) -> FunctionSettings:
    """Read what every function is told, whatever else is missing or wrong."""
    shared = {
        name: value
        for name, value in environ.items()
        if name in ("APP__STAGE", "EVENT_BUS_NAME", "LOG_LEVEL")
    }
    return FunctionSettings.from_environment(shared)


@dataclass(frozen=True, slots=True)
class FailuresOf:
    """What a function's failures are told as; called, it gives who tells of them."""

    source_module: str
    workflow_type: str
    failure_step: str
    ends: RunPart | None = None
    """What a failure of this function is the end of."""

    def __call__(
        self, environ: Mapping[str, str], clients: Clients, clock: Clock, ids: IdSource
    ) -> FailureReporter:
        """Put it together without the function's own settings, one of which may be missing."""
        return FailureReporter(
            publisher=clients.publisher(common_settings(environ)),
            stamp=EventStamp(clock=clock, ids=ids, source_module=self.source_module),
            workflow_type=self.workflow_type,
            failure_step=self.failure_step,
            ends=self.ends,
        )
