"""What execution is asked to do: a queued trade, or a sweep."""

from __future__ import annotations

from dataclasses import dataclass

from the_alchemiser.shared.errors import InvalidEvent
from the_alchemiser.shared.events.unwrap import parsed, read_object
from the_alchemiser.shared.trade_message import TradeMessage

SWEEP = "sweep"


@dataclass(frozen=True, kw_only=True, slots=True)
class SweepRequest:
    """Asks to finish or end what hangs; it belongs to no run."""

    correlation_id: str = "execution-sweep"
    cause_id: str = "execution-sweep"


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
    return SweepRequest()
