"""Every way in which a trade's item changes: one conditional write each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from the_alchemiser.shared.run_record.run_changes import EXISTS, STATUS
from the_alchemiser.shared.run_record.states import TradeStatus
from the_alchemiser.shared.run_record.trade import TradeResult, result_attributes, trade_key
from the_alchemiser.shared.table import Change, Key
from the_alchemiser.shared.trade_message import TradeMessage

MOST_OF_AN_ERROR = 500
"""Characters that are kept of why a delivery failed."""


def start(message: TradeMessage, now: datetime) -> Change:
    """Mark a trade as running, unless it is decided."""
    return _while_open(
        message,
        "#status = :running, started_at = if_not_exists(started_at, :now)",
        {":now": now.isoformat()},
    )


def pin_quantity(message: TradeMessage, quantity: Decimal) -> Change:
    """Record how many shares are to be traded; the first to record decides for all."""
    return Change(
        key=_key(message),
        update="SET intended_shares = if_not_exists(intended_shares, :shares)",
        values={":shares": quantity},
        condition=EXISTS,
    )


def decide(message: TradeMessage, result: TradeResult, now: datetime) -> Change:
    """Record how a trade ended, unless that is recorded."""
    attributes = result_attributes(message, result)
    sets = ", ".join(f"#{name} = :{name}" for name in attributes)
    return _while_open(
        message,
        f"#status = :status, completed_at = :now, {sets}",
        {
            ":status": result.status,
            ":now": now.isoformat(),
            **{f":{name}": value for name, value in attributes.items()},
        },
        {f"#{name}": name for name in attributes},
    )


def note_error(message: TradeMessage, error: str) -> Change:
    """Record why a delivery failed, unless the trade is decided."""
    return _while_open(message, "error_message = :error", {":error": error[:MOST_OF_AN_ERROR]})


def enqueue(run_id: str, trade_id: str, now: datetime) -> Change:
    """Record that a trade of the first phase is on the queue."""
    return _mark(trade_key(run_id, trade_id), "enqueued_at", now)


def enqueue_waiting(message: TradeMessage, now: datetime) -> Change:
    """Record that a buy which waited for the sells is on the queue."""
    return Change(
        key=_key(message),
        update="SET #status = :pending, enqueued_at = :now",
        names=STATUS,
        values={
            ":pending": TradeStatus.PENDING,
            ":waiting": TradeStatus.WAITING,
            ":now": now.isoformat(),
        },
        condition="#status = :waiting",
    )


def tell(message: TradeMessage, now: datetime) -> Change:
    """Record that a trade's event was published."""
    return _mark(_key(message), "emitted_at", now)


def _while_open(
    message: TradeMessage,
    sets: str,
    values: Mapping[str, Any],
    names: Mapping[str, str] | None = None,
) -> Change:
    return Change(
        key=_key(message),
        update=f"SET {sets}",
        names={**STATUS, **(names or {})},
        values={
            ":waiting": TradeStatus.WAITING,
            ":pending": TradeStatus.PENDING,
            ":running": TradeStatus.RUNNING,
            **values,
        },
        condition="#status IN (:waiting, :pending, :running)",
    )


def _mark(key: Key, name: str, now: datetime) -> Change:
    return Change(
        key=key,
        update=f"SET {name} = if_not_exists({name}, :now)",
        values={":now": now.isoformat()},
        condition=EXISTS,
    )


def _key(message: TradeMessage) -> Key:
    return trade_key(message.run_id, message.trade_id)
