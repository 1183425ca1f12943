"""One trade's record: started, sized, decided and told, each by a write that only one can win."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from the_alchemiser.execution_v2.trade_record import (
    TradeRecord,
    TradeResult,
    execution_data,
    record_of,
    stored_result,
)
from the_alchemiser.shared.clock import Clock
from the_alchemiser.shared.errors import PermanentError
from the_alchemiser.shared.runs import TRADE_PREFIX, TradeStatus, run_key, trade_key
from the_alchemiser.shared.table import Change, Table
from the_alchemiser.shared.trade_message import TradeMessage

OPEN = {
    ":waiting": TradeStatus.WAITING,
    ":pending": TradeStatus.PENDING,
    ":running": TradeStatus.RUNNING,
}
IS_OPEN = "#status IN (:waiting, :pending, :running)"
STATUS = {"#status": "status"}


class TradeStore:
    """Keeps the trades of all runs."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def read(self, run_id: str, trade_id: str) -> TradeRecord:
        """Read a trade; one that no run knows is an error."""
        item = self._table.get(trade_key(run_id, trade_id))
        if item is None:
            raise PermanentError(f"run {run_id} has no trade {trade_id}, or is over for a day")
        return record_of(item)

    def of_run(self, run_id: str) -> list[TradeRecord]:
        """Read all trades of a run."""
        return [record_of(item) for item in self._table.items(run_key(run_id)["PK"], TRADE_PREFIX)]

    def start(self, message: TradeMessage) -> bool:
        """Mark a trade as running; False if it was decided meanwhile."""
        return self._change(
            message,
            "SET #status = :running, started_at = if_not_exists(started_at, :now)",
            {":now": self._now()},
        )

    def pin_quantity(self, message: TradeMessage, quantity: Decimal) -> Decimal:
        """Record how many shares are to be traded; the first to record decides for all."""
        changed = self._table.change(
            Change(
                key=trade_key(message.run_id, message.trade_id),
                update="SET intended_shares = if_not_exists(intended_shares, :shares)",
                values={":shares": quantity},
                condition="attribute_exists(PK)",
            )
        )
        if changed is None:
            raise PermanentError(f"the record of trade {message.trade_id} is gone")
        return Decimal(changed["intended_shares"])

    def decide(self, message: TradeMessage, result: TradeResult) -> TradeRecord:
        """Record how a trade ended, unless it is recorded; give what is recorded."""
        data = execution_data(message, result)
        self._change(
            message,
            "SET #status = :status, completed_at = :now, execution_data = :data, "
            "error_message = :note, order_id = :order_id, skipped = :skipped, "
            "executed_value = :value, #result = :result",
            {
                ":status": result.status,
                ":now": self._now(),
                ":data": json.dumps(data),
                ":note": result.note,
                ":order_id": result.order_ids[-1] if result.order_ids else None,
                ":skipped": result.is_skipped,
                ":value": result.executed_value,
                ":result": stored_result(result),
            },
            {"#result": "result"},
        )
        return self.read(message.run_id, message.trade_id)

    def note_error(self, message: TradeMessage, error: str) -> None:
        """Record why a delivery failed, for whoever finds the run hanging."""
        self._change(message, "SET error_message = :error", {":error": error[:500]})

    def mark_queued(self, message: TradeMessage) -> None:
        """Record that a waiting buy is on the queue."""
        self._table.change(
            Change(
                key=trade_key(message.run_id, message.trade_id),
                update="SET #status = :pending, enqueued_at = :now",
                names=STATUS,
                values={
                    ":pending": TradeStatus.PENDING,
                    ":waiting": TradeStatus.WAITING,
                    ":now": self._now(),
                },
                condition="#status = :waiting",
            )
        )

    def mark_told(self, message: TradeMessage) -> None:
        """Record that a trade's event was published."""
        self._table.change(
            Change(
                key=trade_key(message.run_id, message.trade_id),
                update="SET emitted_at = if_not_exists(emitted_at, :now)",
                values={":now": self._now()},
                condition="attribute_exists(PK)",
            )
        )

    def _change(
        self,
        message: TradeMessage,
        update: str,
        values: dict[str, Any],
        names: dict[str, str] | None = None,
    ) -> bool:
        change = Change(
            key=trade_key(message.run_id, message.trade_id),
            update=update,
            names={**STATUS, **(names or {})},
            values={**OPEN, **values},
            condition=IS_OPEN,
        )
        return self._table.change(change) is not None

    def _now(self) -> str:
        return self._clock.now().isoformat()
