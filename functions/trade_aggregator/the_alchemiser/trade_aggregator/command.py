"""What the trade aggregator is invoked with: events of the run, and the sweep."""

from __future__ import annotations

from dataclasses import dataclass

from the_alchemiser.shared.events.envelope import DomainEvent
from the_alchemiser.shared.events.names import EventName
from the_alchemiser.shared.events.portfolio import RebalancePlanned
from the_alchemiser.shared.events.trades import TradeExecuted
from the_alchemiser.shared.events.unwrap import unwrap
from the_alchemiser.shared.ids import RandomIds

SWEEP = {"action": "finish_runs"}

EVENTS: dict[EventName, type[DomainEvent]] = {
    EventName.TRADE_EXECUTED: TradeExecuted,
    EventName.REBALANCE_PLANNED: RebalancePlanned,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class FinishRuns:
    """Finish what a dead trade aggregator left."""

    sweep_id: str

    @property
    def correlation_id(self) -> str:
        """Return the sweep's own id: it belongs to no run."""
        return self.sweep_id

    @property
    def cause_id(self) -> str:
        """Return the sweep's own id."""
        return self.sweep_id


def decode(event: object) -> DomainEvent | FinishRuns:
    """Read the input."""
    if event == SWEEP:
        return FinishRuns(sweep_id=RandomIds().new("run-sweep"))
    return unwrap(event, EVENTS)
