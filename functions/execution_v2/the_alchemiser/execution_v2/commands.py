"""What execution is asked to do: a queued trade, or a sweep."""

from __future__ import annotations

from the_alchemiser.shared.errors import InvalidEvent
from the_alchemiser.shared.events.unwrap import parsed, read_object
from the_alchemiser.shared.sweep_request import SweepRequest
from the_alchemiser.shared.trade_message import TradeMessage

SWEEP = "sweep"


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
    return SweepRequest.new("execution-sweep")
