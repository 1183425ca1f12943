"""What is recorded of one trade: its message, its state and how it was decided."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from the_alchemiser.shared.runs import TradeStatus
from the_alchemiser.shared.table import Item
from the_alchemiser.shared.trade_message import TradeMessage


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

    def noting(self, note: str) -> TradeResult:
        """Give the same result with something more to say about it."""
        return replace(self, note=f"{self.note}; {note}" if self.note else note)


@dataclass(frozen=True, kw_only=True, slots=True)
class TradeRecord:
    """A trade as it is recorded."""

    message: TradeMessage
    status: TradeStatus
    intended_quantity: Decimal | None
    result: TradeResult | None
    is_told: bool
    decided_at: datetime | None
    last_error: str | None = None


def execution_data(message: TradeMessage, result: TradeResult) -> dict[str, Any]:
    """Give what is told of an executed trade."""
    price = result.price
    return {
        "plan_id": message.plan_id,
        "trade_id": message.trade_id,
        "symbol": message.symbol,
        "action": message.action.value,
        "order_id": result.order_ids[-1] if result.order_ids else None,
        "shares_executed": f"{result.executed_quantity:f}",
        "price": None if price is None else f"{price:f}",
        "executed_at": result.executed_at.isoformat() if result.executed_at else None,
        "success": result.status is TradeStatus.COMPLETED,
        "error_message": result.note,
        "skipped": result.is_skipped,
        "executed_value": f"{result.executed_value:f}",
        "order_ids": list(result.order_ids),
        "strategy_weights": {name: f"{w:f}" for name, w in message.strategy_weights.items()},
    }


def amount_left(message: TradeMessage, quantity: Decimal, executed: Decimal) -> Decimal:
    """Give the planned dollars that were not traded, in proportion to the shares."""
    planned = abs(message.trade_amount)
    if quantity <= 0:
        return planned
    left = max(quantity - executed, Decimal(0))
    return (planned * left / quantity).quantize(Decimal("0.01"))


def stored_result(result: TradeResult) -> Item:
    """Write a result into its trade's item."""
    return {
        "executed_shares": result.executed_quantity,
        "executed_value": result.executed_value,
        "unexecuted_amount": result.unexecuted_amount,
        "order_ids": list(result.order_ids),
        "orders_filled": result.orders_filled,
        "capital_deployed_pct": result.capital_deployed_pct,
        "executed_at": result.executed_at.isoformat() if result.executed_at else None,
    }


def record_of(item: Item) -> TradeRecord:
    """Read a trade's item."""
    decided_at = item.get("completed_at")
    return TradeRecord(
        message=TradeMessage.model_validate_json(item["message_body"]),
        status=TradeStatus(item["status"]),
        intended_quantity=item.get("intended_shares"),
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
        executed_quantity=stored["executed_shares"],
        executed_value=stored["executed_value"],
        unexecuted_amount=stored["unexecuted_amount"],
        order_ids=tuple(stored["order_ids"]),
        orders_filled=int(stored["orders_filled"]),
        executed_at=datetime.fromisoformat(executed_at) if executed_at else None,
        is_skipped=item["skipped"],
        capital_deployed_pct=stored.get("capital_deployed_pct"),
        note=item["error_message"],
    )
