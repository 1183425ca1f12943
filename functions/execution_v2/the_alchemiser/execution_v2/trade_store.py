"""One trade's record: started, sized, decided and told, each by a write that only one can win."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from the_alchemiser.shared.clock import Clock
from the_alchemiser.shared.errors import PermanentError
from the_alchemiser.shared.runs import TRADE_PREFIX, TradeStatus, run_key, trade_key
from the_alchemiser.shared.table import Change, Item, Table
from the_alchemiser.shared.trade_message import TradeMessage

OPEN = {
    ":waiting": TradeStatus.WAITING,
    ":pending": TradeStatus.PENDING,
    ":running": TradeStatus.RUNNING,
}
IS_OPEN = "#status IN (:waiting, :pending, :running)"
STATUS = {"#status": "status"}


@dataclass(frozen=True, kw_only=True, slots=True)
class TradeResult:
    """How a trade was decided."""

    status: TradeStatus
    executed_shares: Decimal = Decimal(0)
    executed_value: Decimal = Decimal(0)
    unexecuted_amount: Decimal = Decimal(0)
    """Planned dollars that were not traded."""
    order_ids: tuple[str, ...] = ()
    orders_filled: int = 0
    executed_at: datetime | None = None
    is_skipped: bool = False
    note: str | None = None
    """Why it failed, was skipped or traded less than planned."""

    @property
    def price(self) -> Decimal | None:
        """Average price of all fills, to six places."""
        if self.executed_shares == 0:
            return None
        return (self.executed_value / self.executed_shares).quantize(Decimal("0.000001"))


@dataclass(frozen=True, kw_only=True, slots=True)
class TradeRecord:
    """A trade as it is recorded."""

    message: TradeMessage
    status: TradeStatus
    intended_shares: Decimal | None
    result: TradeResult | None
    is_told: bool
    decided_at: datetime | None
    last_error: str | None = None


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
        return _record(item)

    def of_run(self, run_id: str) -> list[TradeRecord]:
        """Read all trades of a run."""
        return [_record(item) for item in self._table.items(run_key(run_id)["PK"], TRADE_PREFIX)]

    def start(self, message: TradeMessage) -> bool:
        """Mark a trade as running; False if it was decided meanwhile."""
        return self._change(
            message,
            "SET #status = :running, started_at = if_not_exists(started_at, :now)",
            {":now": self._now()},
        )

    def pin_shares(self, message: TradeMessage, shares: Decimal) -> Decimal:
        """Record how many shares are to be traded; the first to record decides for all."""
        changed = self._table.change(
            Change(
                key=trade_key(message.run_id, message.trade_id),
                update="SET intended_shares = if_not_exists(intended_shares, :shares)",
                values={":shares": shares},
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
                ":result": _stored(result),
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


def execution_data(message: TradeMessage, result: TradeResult) -> dict[str, Any]:
    """Give what is told of an executed trade."""
    price = result.price
    return {
        "plan_id": message.plan_id,
        "trade_id": message.trade_id,
        "symbol": message.symbol,
        "action": message.action.value,
        "order_id": result.order_ids[-1] if result.order_ids else None,
        "shares_executed": f"{result.executed_shares:f}",
        "price": None if price is None else f"{price:f}",
        "executed_at": result.executed_at.isoformat() if result.executed_at else None,
        "success": result.status is TradeStatus.COMPLETED,
        "error_message": result.note,
        "skipped": result.is_skipped,
        "executed_value": f"{result.executed_value:f}",
        "order_ids": list(result.order_ids),
        "strategy_weights": {name: f"{w:f}" for name, w in message.strategy_weights.items()},
    }


def amount_left(message: TradeMessage, shares: Decimal, executed: Decimal) -> Decimal:
    """Give the planned dollars that were not traded, in proportion to the shares."""
    planned = abs(message.trade_amount)
    if shares <= 0:
        return planned
    left = max(shares - executed, Decimal(0))
    return (planned * left / shares).quantize(Decimal("0.01"))


def _stored(result: TradeResult) -> Item:
    return {
        "executed_shares": result.executed_shares,
        "executed_value": result.executed_value,
        "unexecuted_amount": result.unexecuted_amount,
        "order_ids": list(result.order_ids),
        "orders_filled": result.orders_filled,
        "executed_at": result.executed_at.isoformat() if result.executed_at else None,
    }


def _record(item: Item) -> TradeRecord:
    decided_at = item.get("completed_at")
    return TradeRecord(
        message=TradeMessage.model_validate_json(item["message_body"]),
        status=TradeStatus(item["status"]),
        intended_shares=item.get("intended_shares"),
        result=_result(item) if "result" in item else None,
        is_told="emitted_at" in item,
        decided_at=datetime.fromisoformat(decided_at) if decided_at else None,
        last_error=item.get("error_message"),
    )


def _result(item: Item) -> TradeResult:
    stored = item["result"]
    executed_at = stored["executed_at"]
    return TradeResult(
        status=TradeStatus(item["status"]),
        executed_shares=stored["executed_shares"],
        executed_value=stored["executed_value"],
        unexecuted_amount=stored["unexecuted_amount"],
        order_ids=tuple(stored["order_ids"]),
        orders_filled=int(stored["orders_filled"]),
        executed_at=datetime.fromisoformat(executed_at) if executed_at else None,
        is_skipped=item["skipped"],
        note=item["error_message"],
    )
