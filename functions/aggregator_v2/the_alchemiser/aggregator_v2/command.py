"""What the aggregator is invoked with: events of the run, and the sweep."""

from __future__ import annotations

from dataclasses import dataclass

from the_alchemiser.shared.events.envelope import DomainEvent
from the_alchemiser.shared.events.names import EventName
from the_alchemiser.shared.events.signals import PartialSignalGenerated
from the_alchemiser.shared.events.trades import AllTradesCompleted
from the_alchemiser.shared.events.unwrap import unwrap
from the_alchemiser.shared.events.workflow import WorkflowFailed
from the_alchemiser.shared.ids import RandomIds

SWEEP = {"action": "expire_sessions"}

EVENTS: dict[EventName, type[DomainEvent]] = {
    EventName.PARTIAL_SIGNAL_GENERATED: PartialSignalGenerated,
    EventName.ALL_TRADES_COMPLETED: AllTradesCompleted,
    EventName.WORKFLOW_FAILED: WorkflowFailed,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class ExpireSessions:
    """End sessions past their time, and finish what a dead aggregator left."""

    sweep_id: str

    @property
    def correlation_id(self) -> str:
        """Return the sweep's own id: it belongs to no run."""
        return self.sweep_id

    @property
    def cause_id(self) -> str:
        """Return the sweep's own id."""
        return self.sweep_id


def decode(event: object) -> DomainEvent | ExpireSessions:
    """Read the input."""
    if event == SWEEP:
        return ExpireSessions(sweep_id=RandomIds().new("session-sweep"))
    return unwrap(event, EVENTS)
