"""What the orders of a trade amount to."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from the_alchemiser.execution_v2.limit_ladder import Attempt
from the_alchemiser.shared.broker import Order
from the_alchemiser.shared.run_record.states import TradeStatus
from the_alchemiser.shared.run_record.trade import TradeResult
from the_alchemiser.shared.trade_message import TradeMessage

NOTHING = Decimal(0)


def result_of(message: TradeMessage, quantity: Decimal, attempts: Sequence[Attempt]) -> TradeResult:
    """Sum up a trade: what was filled counts, also if the trade as a whole failed."""
    orders = [order for attempt in attempts for order in attempt.orders]
    filled = [order for order in orders if order.filled_quantity > 0]
    executed = sum((order.filled_quantity for order in filled), NOTHING)
    refusal = attempts[-1].refusal if attempts else None
    failed = executed == 0 or (refusal is not None and executed < quantity)
    return TradeResult(
        status=TradeStatus.FAILED if failed else TradeStatus.COMPLETED,
        executed_quantity=executed,
        executed_value=sum((_value(order) for order in filled), NOTHING),
        unexecuted_amount=amount_left(message, quantity, executed),
        order_ids=tuple(order.order_id for order in orders),
        orders_filled=len(filled),
        executed_at=max((order.updated_at for order in filled), default=None),
        note=_note(refusal, quantity, executed),
    )


def amount_left(message: TradeMessage, quantity: Decimal, executed: Decimal) -> Decimal:
    """Give the planned dollars that were not traded, in proportion to the shares."""
    planned = abs(message.trade_amount)
    if quantity <= 0:
        return planned
    left = max(quantity - executed, Decimal(0))
    return (planned * left / quantity).quantize(Decimal("0.01"))


def _note(refusal: str | None, quantity: Decimal, executed: Decimal) -> str | None:
    if executed == 0:
        return refusal or f"none of {quantity} shares was filled"
    if executed < quantity:
        filled = f"{executed} of {quantity} shares were filled"
        return f"{filled}; {refusal}" if refusal else filled
    return None


def _value(order: Order) -> Decimal:
    return order.filled_quantity * (order.filled_price or NOTHING)
