"""What the aggregator is invoked with: events of the run, and the sweep."""

from __future__ import annotations

from the_alchemiser.shared.events.envelope import DomainEvent
from the_alchemiser.shared.events.names import EventName
from the_alchemiser.shared.events.signals import PartialSignalGenerated
from the_alchemiser.shared.events.trades import AllTradesCompleted
from the_alchemiser.shared.events.unwrap import unwrap
from the_alchemiser.shared.events.workflow import WorkflowFailed
from the_alchemiser.shared.sweep_request import SweepRequest

SWEEP = {"action": "expire_sessions"}

EVENTS: dict[EventName, type[DomainEvent]] = {
    EventName.PARTIAL_SIGNAL_GENERATED: PartialSignalGenerated,
    EventName.ALL_TRADES_COMPLETED: AllTradesCompleted,
    EventName.WORKFLOW_FAILED: WorkflowFailed,
}


def decode(event: object) -> DomainEvent | SweepRequest:
    """Read the input."""
    if event == SWEEP:
        return SweepRequest.new("session-sweep")
    return unwrap(event, EVENTS)
