"""The orders of one trade: attempts until one ends well, and what they filled in the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from the_alchemiser.execution_v2.attempt import Attempt, Intent
from the_alchemiser.execution_v2.limit_ladder import LimitLadder
from the_alchemiser.execution_v2.ports import Ledger
from the_alchemiser.shared.ledger.filled_order import FilledOrder
from the_alchemiser.shared.lots import Side
from the_alchemiser.shared.trade_message import TradeMessage

ATTEMPTS = {Side.SELL: 3, Side.BUY: 1}


def attempts_at(ladder: LimitLadder, intent: Intent) -> list[Attempt]:
    """Work the ladder again for what is left, where the broker refused and may think better of it.

    Only a refusal leads to another attempt: while one order's fate is unknown, the ladder raises.
    """
    attempts: list[Attempt] = []
    left = intent.quantity
    for number in range(1, ATTEMPTS[intent.side] + 1):
        if number > 1 and intent.may_place:
            ladder.waiting.sleep(ladder.patience.retry_wait_s)
        attempt = ladder.work(replace(intent, quantity=left, attempt=number))
        attempts.append(attempt)
        if left is not None:
            left -= attempt.filled
        ended_well = attempt.refusal is None and attempt.filled > 0
        if ended_well or attempt.is_last or (left is not None and left <= 0):
            break
    return attempts


def book(ledger: Ledger, message: TradeMessage, attempts: Sequence[Attempt]) -> None:
    """Book every order that was filled, once."""
    for order in (order for attempt in attempts for order in attempt.orders):
        if order.filled_quantity <= 0 or order.filled_price is None:
            continue
        fill = FilledOrder(
            order_id=order.order_id,
            symbol=order.symbol,
            side=order.side,
            quantity=order.filled_quantity,
            price=order.filled_price,
            filled_at=order.updated_at,
            order_type=order.order_type,
        )
        weights: dict[str, Decimal] = dict(message.strategy_weights)
        ledger.book(fill, weights, message.correlation_id, is_cover=message.is_cover)
