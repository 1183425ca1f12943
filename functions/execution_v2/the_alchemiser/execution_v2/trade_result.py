"""What the orders of a trade amount to."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from the_alchemiser.execution_v2.limit_ladder import Attempt
from the_alchemiser.shared.lots import Side
from the_alchemiser.shared.money import CENT
from the_alchemiser.shared.run_record.states import TradeStatus
from the_alchemiser.shared.run_record.trade import TradeResult
from the_alchemiser.shared.trade_message import TradeMessage

NOTHING = Decimal(0)


NEARLY = Decimal("0.01")
"""Part of a purchase that may be missing from it: what its last limit holds back."""


def result_of(
    message: TradeMessage, quantity: Decimal, budget: Decimal, attempts: Sequence[Attempt]
) -> TradeResult:
    """Sum up a trade: what was filled counts, also if the trade as a whole failed.

    `budget` is what the trade was cut to: all of its dollars, or what there is money for.
    """
    orders = [order for attempt in attempts for order in attempt.orders]
    filled = [order for order in orders if order.filled_quantity > 0]
    executed = sum((order.filled_quantity for order in filled), NOTHING)
    refusal = attempts[-1].refusal if attempts else None
    is_short = executed < least_of(message, quantity)
    failed = executed == 0 or (refusal is not None and is_short)
    return TradeResult(
        status=TradeStatus.FAILED if failed else TradeStatus.COMPLETED,
        executed_quantity=executed,
        executed_value=sum((order.filled_value for order in filled), NOTHING),
        unexecuted_amount=amount_left(message, quantity, budget, executed),
        order_ids=tuple(order.order_id for order in orders),
        orders_filled=len(filled),
        executed_at=max((order.updated_at for order in filled), default=None),
        note=_note(refusal, quantity, executed) if is_short or not executed else None,
    )


def least_of(message: TradeMessage, quantity: Decimal) -> Decimal:
    """Give the quantity from which on a trade is done."""
    return quantity if message.action is Side.SELL else quantity * (1 - NEARLY)


def amount_left(
    message: TradeMessage, quantity: Decimal, budget: Decimal, executed: Decimal
) -> Decimal:
    """Give the planned dollars that were not traded, in proportion to the shares."""
    planned = abs(message.trade_amount)
    if quantity <= 0:
        return planned
    done = budget * min(executed / quantity, Decimal(1))
    return max(planned - done, NOTHING).quantize(CENT)


def _note(refusal: str | None, quantity: Decimal, executed: Decimal) -> str:
    if executed == 0:
        return refusal or f"none of {quantity} shares was filled"
    filled = f"{executed} of {quantity} shares were filled"
    return f"{filled}; {refusal}" if refusal else filled
