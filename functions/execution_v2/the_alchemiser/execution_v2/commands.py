"""What execution is asked to do: a queued trade, or a sweep."""

from __future__ import annotations

from dataclasses import dataclass

from the_alchemiser.shared.errors import InvalidEvent
from the_alchemiser.shared.events.unwrap import parsed, read_object
from the_alchemiser.shared.ids import RandomIds
from the_alchemiser.shared.trade_message import TradeMessage

SWEEP = "sweep"


@dataclass(frozen=True, kw_only=True, slots=True)
class SweepRequest:
    """Asks to finish or end what hangs."""

    sweep_id: str

    @property
    def correlation_id(self) -> str:
        """Return the sweep's own id: it belongs to no run."""
        return self.sweep_id

    @property
    def cause_id(self) -> str:
        """Return the sweep's own id, so that each sweep that fails is told."""
        return self.sweep_id


def is_delivery(event: object) -> bool:
    """Tell what a queue hands over from other inputs."""
    return isinstance(event, dict) and isinstance(event.get("Records"), list)


def trade_in(body: str) -> TradeMessage:
    """Read a queued trade."""
    return parsed(read_object(body), TradeMessage)


def sweep_in(event: object) -> SweepRequest:
    """Read the schedule's request."""
    action = event.get("action") if isinstance(event, dict) else None
    if action != SWEEP:
        raise InvalidEvent(
            f"expected a queue's Records or an action {SWEEP!r}, found {str(action)[:80]!r}"
        )
    return SweepRequest(sweep_id=RandomIds().new("execution-sweep"))
