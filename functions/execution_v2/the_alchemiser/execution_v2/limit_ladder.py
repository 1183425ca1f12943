"""A ladder of ever better limit prices, then the market, until the quantity is traded.

Every order's id follows from trade, attempt and step. Whoever repeats an attempt meets the orders
that were placed before, so that no step is placed twice.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import ROUND_DOWN, Decimal

from the_alchemiser.execution_v2.ports import Broker, Waiting
from the_alchemiser.execution_v2.pricing import (
    LEAST_ORDER_VALUE,
    LIMIT_STEPS,
    clipped,
    limit_price,
    two_sided,
)
from the_alchemiser.shared.apportionment import QUANTITY_STEP
from the_alchemiser.shared.broker import Order, OrderState, OrderTicket, Quote
from the_alchemiser.shared.broker_errors import BrokerRefused
from the_alchemiser.shared.broker_order_ids import client_order_id
from the_alchemiser.shared.errors import TradeRejected, TransientError
from the_alchemiser.shared.lots import Side

NOTHING = Decimal(0)


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

    @property
    def poll_s(self) -> float:
        """Wait between two looks at an order."""
        return min(max(self.step_wait_s / 10, 0.05), 0.5)


@dataclass(frozen=True, kw_only=True, slots=True)
class Intent:
    """Shares that one attempt at a trade is to move."""

    trade_id: str
    symbol: str
    side: Side
    quantity: Decimal
    attempt: int = 1
    is_resumed: bool = False
    """Whether an earlier delivery may have placed orders already."""
    may_place: bool = True
    """Whether new orders are allowed; otherwise only earlier ones are brought to their end."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """The orders of one attempt, all of them final, and why it ended early if it did."""

    orders: tuple[Order, ...] = field(default=())
    refusal: str | None = None

    @property
    def filled(self) -> Decimal:
        """Shares traded."""
        return sum((order.filled_quantity for order in self.orders), NOTHING)


@dataclass(frozen=True, kw_only=True, slots=True)
class LimitLadder:
    """Works a trade's orders one after the other, each at the next step of the ladder."""

    broker: Broker
    waiting: Waiting
    patience: Patience

    def work(self, intent: Intent) -> Attempt:
        """Trade the shares, or as many as can be had."""
        attempt = Attempt()
        goal = intent.quantity
        for step, fraction in enumerate((*LIMIT_STEPS, None), 1):
            left = goal - attempt.filled
            try:
                order = self._order(intent, step, fraction, left)
            except (BrokerRefused, TradeRejected) as refusal:
                return replace(attempt, refusal=str(refusal))
            if order is None:
                return attempt
            # An order that was cut to what there is lowers what the later ones aim for.
            goal = min(goal, attempt.filled + order.quantity)
            attempt = replace(
                attempt, orders=(*attempt.orders, self._finish(order, fraction is None))
            )
            if attempt.orders[-1].state is OrderState.REJECTED:
                return replace(attempt, refusal=f"the broker rejected order {order.order_id}")
        return attempt

    def _order(
        self, intent: Intent, step: int, fraction: Decimal | None, left: Decimal
    ) -> Order | None:
        name = client_order_id(intent.trade_id, intent.symbol, attempt=intent.attempt, step=step)
        earlier = self.broker.find(name) if intent.is_resumed else None
        if earlier is not None or left <= 0 or not intent.may_place:
            return earlier
        quote = self._quote(intent.symbol)
        if left * quote.mid < LEAST_ORDER_VALUE and left < intent.quantity:
            return None
        ticket = OrderTicket(
            client_order_id=name,
            symbol=intent.symbol,
            side=intent.side,
            quantity=left,
            limit_price=None if fraction is None else limit_price(intent.side, quote, fraction),
        )
        return self._place(ticket, quote)

    def _quote(self, symbol: str) -> Quote:
        quote = self.broker.quotes([symbol]).get(symbol)
        if quote is None:
            raise TradeRejected(f"{symbol}: expected a quote, found none")
        return two_sided(quote)

    def _place(self, ticket: OrderTicket, quote: Quote) -> Order:
        try:
            return self.broker.place(ticket)
        except BrokerRefused as refusal:
            if not refusal.lacks_funds:
                raise
            return self.broker.place(replace(ticket, quantity=self._affordable(ticket, quote)))

    def _affordable(self, ticket: OrderTicket, quote: Quote) -> Decimal:
        if ticket.side is Side.SELL:
            held = self.broker.position(ticket.symbol)
            return clipped(ticket.quantity, held.quantity if held else NOTHING, "a position")
        price = ticket.limit_price or quote.ask
        power = self.broker.account().buying_power
        quantity = (power / price).quantize(QUANTITY_STEP, ROUND_DOWN)
        return clipped(ticket.quantity, quantity, "buying power")

    def _finish(self, order: Order, is_market: bool) -> Order:
        wait_s = self.patience.market_wait_s if is_market else self.patience.step_wait_s
        order = self._follow(order, wait_s)
        if order.state.is_final:
            return order
        self.broker.cancel(order.order_id)
        order = self._follow(self.broker.read(order.order_id), self.patience.cancel_wait_s)
        if not order.state.is_final:
            # Another order now could trade the same shares twice; a later delivery goes on.
            raise TransientError(f"order {order.order_id} is not final after its cancel")
        return order

    def _follow(self, order: Order, wait_s: float) -> Order:
        deadline_s = self.waiting.now_s() + wait_s
        while not order.state.is_final and self.waiting.now_s() < deadline_s:
            self.waiting.sleep(self.patience.poll_s)
            order = self.broker.read(order.order_id)
        return order
