"""One trade of a run as an item: its model, and the one way to write and to read it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from the_alchemiser.shared.run_record.run import run_key
from the_alchemiser.shared.run_record.states import TradeStatus
from the_alchemiser.shared.table import Item, Table
from the_alchemiser.shared.trade_message import TradeMessage

TRADE_PREFIX = "TRADE#"
"""Sort keys of a run's trades begin with it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TradeResult:
    """How a trade was decided."""

    status: TradeStatus
    executed_quantity: Decimal = Decimal(0)
    executed_value: Decimal = Decimal(0)
    unexecuted_amount: Decimal = Decimal(0)
    """Planned dollars that were not traded."""
    order_ids: tuple[str, ...] = ()
    orders_filled: int = 0
    executed_at: datetime | None = None
    is_skipped: bool = False
    capital_deployed_pct: Decimal | None = None
    """Fraction of the account's equity in long positions after the trade, as the broker said."""
    note: str | None = None
    """Why it failed, was skipped or traded less than planned."""

    @property
    def price(self) -> Decimal | None:
        """Average price of all fills, to six places."""
        if self.executed_quantity == 0:
            return None
        return (self.executed_value / self.executed_quantity).quantize(Decimal("0.000001"))

    @property
    def last_order_id(self) -> str | None:
        """The order by which mails and events name the trade."""
        return self.order_ids[-1] if self.order_ids else None

    def noting(self, note: str) -> TradeResult:
        """Give the same result with something more to say about it."""
        return replace(self, note=f"{self.note}; {note}" if self.note else note)


@dataclass(frozen=True, kw_only=True, slots=True)
class TradeRecord:
    """A trade as it is recorded."""

    message: TradeMessage
    status: TradeStatus
    intended_quantity: Decimal | None = None
    """Shares that the first delivery set out to trade."""
    result: TradeResult | None = None
    enqueued_at: datetime | None = None
    started_at: datetime | None = None
    decided_at: datetime | None = None
    told_at: datetime | None = None
    last_error: str | None = None
    """Why a delivery failed, or what the result has to say."""
    expires_s: int = 0

    @property
    def is_told(self) -> bool:
        """Whether the trade's event was published."""
        return self.told_at is not None


def trade_key(run_id: str, trade_id: str) -> dict[str, str]:
    """Give the key of one trade of a run."""
    return {"PK": run_key(run_id)["PK"], "SK": f"{TRADE_PREFIX}{trade_id}"}


def find_trade(table: Table, run_id: str, trade_id: str) -> TradeRecord | None:
    """Read a trade as it is now, or nothing if no run knows it."""
    item = table.get(trade_key(run_id, trade_id))
    return None if item is None else trade_of(item)


def trades_of_run(table: Table, run_id: str) -> list[TradeRecord]:
    """Read the trades of a run in the order in which they are to be executed."""
    items = table.items(run_key(run_id)["PK"], TRADE_PREFIX)
    items.sort(key=lambda item: (item["sequence_number"], item["symbol"]))
    return [trade_of(item) for item in items]


def trade_item(record: TradeRecord) -> Item:
    """Write a trade."""
    message = record.message
    later: dict[str, Any] = {
        "intended_shares": record.intended_quantity,
        "enqueued_at": _text(record.enqueued_at),
        "started_at": _text(record.started_at),
        "completed_at": _text(record.decided_at),
        "emitted_at": _text(record.told_at),
        "error_message": record.last_error,
    }
    return {
        **trade_key(message.run_id, message.trade_id),
        "trade_id": message.trade_id,
        "symbol": message.symbol,
        "action": message.action,
        "phase": message.phase,
        "sequence_number": message.sequence_number,
        "trade_amount": message.trade_amount,
        "status": record.status,
        "message_body": message.model_dump_json(),
        "TTL": record.expires_s,
        **{name: value for name, value in later.items() if value is not None},
        **({} if record.result is None else result_attributes(message, record.result)),
    }


def result_attributes(message: TradeMessage, result: TradeResult) -> Item:
    """Give what a decided trade's item holds of its result."""
    return {
        "execution_data": json.dumps(execution_data(message, result)),
        "error_message": result.note,
        "order_id": result.last_order_id,
        "skipped": result.is_skipped,
        "executed_value": result.executed_value,
        "result": {
            "executed_shares": result.executed_quantity,
            "executed_value": result.executed_value,
            "unexecuted_amount": result.unexecuted_amount,
            "order_ids": list(result.order_ids),
            "orders_filled": result.orders_filled,
            "capital_deployed_pct": result.capital_deployed_pct,
            "executed_at": _text(result.executed_at),
        },
    }


def execution_data(message: TradeMessage, result: TradeResult) -> dict[str, Any]:
    """Give what is told of an executed trade."""
    price = result.price
    return {
        "plan_id": message.plan_id,
        "trade_id": message.trade_id,
        "symbol": message.symbol,
        "action": message.action.value,
        "order_id": result.last_order_id,
        "shares_executed": f"{result.executed_quantity:f}",
        "price": None if price is None else f"{price:f}",
        "executed_at": _text(result.executed_at),
        "success": result.status is TradeStatus.COMPLETED,
        "error_message": result.note,
        "skipped": result.is_skipped,
        "executed_value": f"{result.executed_value:f}",
        "order_ids": list(result.order_ids),
        "strategy_weights": {name: f"{w:f}" for name, w in message.strategy_weights.items()},
    }


def trade_of(item: Item) -> TradeRecord:
    """Read a trade's item."""
    return TradeRecord(
        message=TradeMessage.model_validate_json(item["message_body"]),
        status=TradeStatus(item["status"]),
        intended_quantity=item.get("intended_shares"),
        result=_result(item) if "result" in item else None,
        enqueued_at=_moment(item.get("enqueued_at")),
        started_at=_moment(item.get("started_at")),
        decided_at=_moment(item.get("completed_at")),
        told_at=_moment(item.get("emitted_at")),
        last_error=item.get("error_message"),
        expires_s=int(item["TTL"]),
    )


def _result(item: Item) -> TradeResult:
    stored = item["result"]
    return TradeResult(
        status=TradeStatus(item["status"]),
        executed_quantity=stored["executed_shares"],
        executed_value=stored["executed_value"],
        unexecuted_amount=stored["unexecuted_amount"],
        order_ids=tuple(stored["order_ids"]),
        orders_filled=int(stored["orders_filled"]),
        executed_at=_moment(stored["executed_at"]),
        is_skipped=item["skipped"],
        capital_deployed_pct=stored.get("capital_deployed_pct"),
        note=item["error_message"],
    )


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
