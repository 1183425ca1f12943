"""What the orders of a trade amount to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from the_alchemiser.execution_v2.attempt import Attempt
from the_alchemiser.shared.lots import Side
from the_alchemiser.shared.money import CENT
from the_alchemiser.shared.run_record.states import TradeStatus
from the_alchemiser.shared.run_record.trade import TradeResult
from the_alchemiser.shared.trade_message import TradeMessage

NOTHING = Decimal(0)


NEARLY = Decimal("0.01")
"""Part of a purchase that may be missing from it: what its last limit holds back."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Goal:
    """What a trade was to come to, once sized: a purchase in dollars, anything else in shares."""

    message: TradeMessage
    quantity: Decimal
    """Shares, as sized; of a purchase only an estimate."""
    budget: Decimal
    """Dollars: all that were planned, or what there is money for."""
    step: Decimal
    """Smallest part of a share that is traded."""

    @property
    def is_in_dollars(self) -> bool:
        """Whether dollars bound it, and no number of shares."""
        message = self.message
        return message.action is Side.BUY and not message.is_cover and message.shares is None

    def is_reached(self, quantity: Decimal, value: Decimal) -> bool:
        """Tell whether so much is all that there was to do."""
        if not self.is_in_dollars:
            return quantity >= self.quantity
        if value <= 0:
            return False
        # What is left buys no further part of a share.
        last_part = self.step * value / quantity if self.step >= 1 else NOTHING
        return value >= self.budget * (1 - NEARLY) - last_part

    def amount_left(self, quantity: Decimal, value: Decimal) -> Decimal:
        """Give the planned dollars that were not traded."""
        planned = self.message.planned_usd
        if self.is_in_dollars:
            done = self.budget if self.is_reached(quantity, value) else value
        else:
            done = self.budget * min(quantity / self.quantity, Decimal(1))
        return max(planned - done, NOTHING).quantize(CENT)

    def described(self, quantity: Decimal, value: Decimal) -> str:
        """Say how far a trade came."""
        if self.is_in_dollars:
            return f"${value:.2f} of ${self.budget} were spent"
        return f"{quantity} of {self.quantity} shares were filled"


def result_of(goal: Goal, attempts: Sequence[Attempt]) -> TradeResult:
    """Sum up a trade: what was filled counts, also if the trade as a whole failed."""
    orders = [order for attempt in attempts for order in attempt.orders]
    filled = [order for order in orders if order.filled_quantity > 0]
    quantity = sum((order.filled_quantity for order in filled), NOTHING)
    value = sum((order.filled_value for order in filled), NOTHING)
    refusal = attempts[-1].refusal if attempts else None
    is_reached = goal.is_reached(quantity, value)
    failed = quantity == 0 or (refusal is not None and not is_reached)
    return TradeResult(
        status=TradeStatus.FAILED if failed else TradeStatus.COMPLETED,
        executed_quantity=quantity,
        executed_value=value,
        unexecuted_amount=goal.amount_left(quantity, value),
        order_ids=tuple(order.order_id for order in orders),
        orders_filled=len(filled),
        executed_at=max((order.updated_at for order in filled), default=None),
        note=None if is_reached else _note(goal, refusal, quantity, value),
    )


def _note(goal: Goal, refusal: str | None, quantity: Decimal, value: Decimal) -> str:
    if quantity == 0:
        return refusal or f"none of {goal.quantity} shares was filled"
    filled = goal.described(quantity, value)
    return f"{filled}; {refusal}" if refusal else filled
