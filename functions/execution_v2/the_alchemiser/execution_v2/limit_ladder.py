"""A ladder of ever better limit prices, then any fair price, until the quantity is traded.

A purchase is bounded in dollars: each order may at most cost, at its own limit, what the plan has
left after the fills before it. So it never ends with a market order, whose price nobody bounds.

Every order's id follows from trade, attempt and step. Whoever repeats an attempt meets the orders
that were placed before, so that no step is placed twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from the_alchemiser.execution_v2.attempt import NOTHING, Attempt, Intent
from the_alchemiser.execution_v2.believed_quotes import BelievedQuotes
from the_alchemiser.execution_v2.ports import Broker, Waiting
from the_alchemiser.execution_v2.pricing import (
    LEAST_ORDER_VALUE,
    LEAST_REST_VALUE,
    LIMIT_STEPS,
    clipped,
    limit_price,
    protective_limit,
    quantity_for,
)
from the_alchemiser.shared.broker import Order, OrderState, OrderTicket, Quote
from the_alchemiser.shared.broker_errors import BrokerRefused
from the_alchemiser.shared.broker_order_ids import client_order_id
from the_alchemiser.shared.errors import ConfigurationError, TradeRejected, TransientError
from the_alchemiser.shared.lots import Side

INFINITE = Decimal("Infinity")
STEPS = {Side.SELL: (*LIMIT_STEPS, None), Side.BUY: (*LIMIT_STEPS, None, None)}
"""Fractions of the spread, then None for any fair price; a purchase that was filled below its last
limit has dollars left, which a second such order spends."""
SECOND_TRY = Decimal("0.95")
"""Part of the affordable quantity that is tried when the broker finds even that too dear."""


class LockedOut(TradeRejected):
    """The broker refuses our keys, so an order was not placed and no other can be."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Patience:
    """How long each order is left to itself."""

    step_wait_s: float

    @property
    def market_wait_s(self) -> float:
        """Wait for a market order to fill."""
        return max(3 * self.step_wait_s, 5.0)

    @property
    def cancel_wait_s(self) -> float:
        """Wait for a cancel to be confirmed."""
        return max(self.step_wait_s, 2.0)

    @property
    def retry_wait_s(self) -> float:
        """Wait before another attempt at a sell."""
        return min(self.step_wait_s / 2, 5.0)

    def looks(self, wait_s: float) -> Iterator[float]:
        """Give the pauses between looks at an order: each twice the one before, so that few do.

        Every look is one of the requests that the broker counts (session_time.py of portfolio).
        """
        pause_s = min(max(self.step_wait_s / 10, 0.05), 0.5)
        while True:
            yield pause_s
            pause_s = min(2 * pause_s, max(wait_s / 2, pause_s))


@dataclass(frozen=True, kw_only=True, slots=True)
class LimitLadder:
    """Works a trade's orders one after the other, each at the next step of the ladder."""

    broker: Broker
    waiting: Waiting
    patience: Patience
    quotes: BelievedQuotes

    def work(self, intent: Intent) -> Attempt:
        """Trade the shares, or as many as can be had."""
        attempt = Attempt()
        goal = INFINITE if intent.quantity is None else intent.quantity
        for step, fraction in enumerate(STEPS[intent.side], 1):
            try:
                order = self._order(intent, attempt, step, fraction, goal - attempt.filled)
            except (BrokerRefused, TradeRejected) as refusal:
                is_last = isinstance(refusal, LockedOut)
                return replace(attempt, refusal=str(refusal), is_last=is_last)
            if order is None:
                return attempt
            if intent.side is Side.SELL:
                # An order that was cut to what is held lowers what the later ones aim for.
                goal = min(goal, attempt.filled + order.quantity)
            attempt = replace(
                attempt, orders=(*attempt.orders, self._finish(order, fraction is None))
            )
            if attempt.orders[-1].replaced_by is not None:
                return self._give_way(attempt)
            if attempt.orders[-1].state is OrderState.REJECTED:
                return replace(attempt, refusal=f"the broker rejected order {order.order_id}")
        return attempt

    def _order(
        self, intent: Intent, attempt: Attempt, step: int, fraction: Decimal | None, left: Decimal
    ) -> Order | None:
        name = client_order_id(intent.trade_id, intent.symbol, attempt=intent.attempt, step=step)
        earlier = self.broker.find(name) if intent.is_resumed else None
        if earlier is not None or left <= 0 or not intent.may_place:
            return earlier
        if not intent.session.is_open:
            raise TradeRejected(f"{intent.symbol}: the market closed before the trade was done")
        quote = self.quotes.of(intent.symbol, intent.session)
        limit = _limit(intent.side, quote, fraction)
        quantity = _affordable(intent, attempt, left, limit)
        is_rest = bool(attempt.filled) and quantity * quote.mid < LEAST_REST_VALUE
        if quantity <= 0 or is_rest:
            return None
        return self._place(
            OrderTicket(
                client_order_id=name,
                symbol=intent.symbol,
                side=intent.side,
                quantity=quantity,
                limit_price=limit,
            ),
            intent.quantity_step,
        )

    def _place(self, ticket: OrderTicket, step: Decimal) -> Order:
        """Place an order, cut to what is there if the broker says that there is less.

        What it holds against a purchase may be more than price times quantity, so one more try is
        made with a little less.
        """
        try:
            return self._send(ticket)
        except BrokerRefused as refusal:
            if not refusal.lacks_funds:
                raise
            cut = self._cut(ticket, step, refusal)
        try:
            return self._send(cut)
        except BrokerRefused as refusal:
            if not refusal.lacks_funds or ticket.side is Side.SELL:
                raise
            less = cut.quantity * SECOND_TRY
            return self._send(replace(cut, quantity=less - less % step))

    def _send(self, ticket: OrderTicket) -> Order:
        try:
            return self.broker.place(ticket)
        except ConfigurationError as refusal:
            raise LockedOut(str(refusal)) from refusal

    def _cut(self, ticket: OrderTicket, step: Decimal, refusal: BrokerRefused) -> OrderTicket:
        if ticket.side is Side.SELL or ticket.limit_price is None:
            held = self.broker.position(ticket.symbol)
            there = clipped(ticket.quantity, held.quantity if held else NOTHING, "a position")
            return replace(ticket, quantity=there)
        power = max(self.broker.account().buying_power, NOTHING)
        quantity = min(ticket.quantity, quantity_for(power, ticket.limit_price, step))
        if quantity * ticket.limit_price < LEAST_ORDER_VALUE:
            raise TradeRejected(f"{refusal}; the buying power is {power:.2f}")
        return replace(ticket, quantity=quantity)

    def _finish(self, order: Order, is_market: bool) -> Order:
        wait_s = self.patience.market_wait_s if is_market else self.patience.step_wait_s
        order = self._follow(order, wait_s)
        return order if order.state.is_final else self._end(order)

    def _end(self, order: Order) -> Order:
        refusal = ""
        try:
            self.broker.cancel(order.order_id)
        except BrokerRefused as error:
            refusal = f": {error}"
        order = self._follow(self.broker.read(order.order_id), self.patience.cancel_wait_s)
        if not order.state.is_final:
            # Another order now could trade the same shares twice; a later delivery goes on.
            raise TransientError(f"order {order.order_id} is not final after its cancel{refusal}")
        return order

    def _give_way(self, attempt: Attempt) -> Attempt:
        """End what somebody else put in an order's place: whatever they want, it is not this plan.

        An order that was replaced is final, the one in its place goes on:
        https://docs.alpaca.markets/docs/orders-at-alpaca#order-lifecycle
        """
        replaced = attempt.orders[-1].order_id
        while (successor := attempt.orders[-1].replaced_by) is not None:
            order = self.broker.read(successor)
            ended = order if order.state.is_final else self._end(order)
            attempt = replace(attempt, orders=(*attempt.orders, ended))
        refusal = f"order {replaced} was replaced by somebody else; nothing more is ordered"
        return replace(attempt, refusal=refusal, is_last=True)

    def _follow(self, order: Order, wait_s: float) -> Order:
        deadline_s = self.waiting.now_s() + wait_s
        for pause_s in self.patience.looks(wait_s):
            left_s = deadline_s - self.waiting.now_s()
            if order.state.is_final or left_s <= 0:
                break
            self.waiting.sleep(min(pause_s, left_s))
            order = self.broker.read(order.order_id)
        return order


def _limit(side: Side, quote: Quote, fraction: Decimal | None) -> Decimal | None:
    if fraction is not None:
        return limit_price(side, quote, fraction)
    return protective_limit(quote) if side is Side.BUY else None


def _affordable(intent: Intent, attempt: Attempt, left: Decimal, limit: Decimal | None) -> Decimal:
    if intent.budget is None or limit is None:
        return left
    dollars = max(intent.budget - attempt.spent, NOTHING)
    return min(left, quantity_for(dollars, limit, intent.quantity_step))
