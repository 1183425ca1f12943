"""Walks the book: ever better limits, then the market, until the shares are traded.

Every order's id follows from trade, attempt and step. Whoever repeats the walk meets the orders of
whoever walked before, so that no step is placed twice.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import ROUND_DOWN, Decimal

from the_alchemiser.execution_v2.ports import Exchange, Waiting
from the_alchemiser.execution_v2.pricing import (
    LEAST_ORDER_VALUE,
    LIMIT_STEPS,
    clipped,
    limit_price,
    two_sided,
)
from the_alchemiser.shared.broker import Order, OrderState, OrderTicket, Quote
from the_alchemiser.shared.broker_errors import BrokerRefused
from the_alchemiser.shared.broker_order_ids import client_order_id
from the_alchemiser.shared.errors import TradeRejected, TransientError
from the_alchemiser.shared.lots import Side
from the_alchemiser.shared.sharing import SMALLEST_SHARE

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
    shares: Decimal
    attempt: int = 1
    is_resumed: bool = False
    """Whether an earlier delivery may have placed orders already."""
    may_place: bool = True
    """Whether new orders are allowed; otherwise only earlier ones are brought to their end."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Walk:
    """The orders of one attempt, all of them final, and why it ended early if it did."""

    orders: tuple[Order, ...] = field(default=())
    refusal: str | None = None

    @property
    def filled(self) -> Decimal:
        """Shares traded."""
        return sum((order.filled_quantity for order in self.orders), NOTHING)


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderWalk:
    """Places a trade's orders one after the other."""

    exchange: Exchange
    waiting: Waiting
    patience: Patience

    def walk(self, intent: Intent) -> Walk:
        """Trade the shares, or as many as can be had."""
        walk = Walk()
        goal = intent.shares
        for step, fraction in enumerate((*LIMIT_STEPS, None), 1):
            left = goal - walk.filled
            try:
                order = self._order(intent, step, fraction, left)
            except (BrokerRefused, TradeRejected) as refusal:
                return replace(walk, refusal=str(refusal))
            if order is None:
                return walk
            # An order that was cut to what there is lowers what the later ones aim for.
            goal = min(goal, walk.filled + order.quantity)
            walk = replace(walk, orders=(*walk.orders, self._finish(order, fraction is None)))
            if walk.orders[-1].state is OrderState.REJECTED:
                return replace(walk, refusal=f"the broker rejected order {order.order_id}")
        return walk

    def _order(
        self, intent: Intent, step: int, fraction: Decimal | None, left: Decimal
    ) -> Order | None:
        name = client_order_id(intent.trade_id, intent.symbol, attempt=intent.attempt, step=step)
        earlier = self.exchange.find(name) if intent.is_resumed else None
        if earlier is not None or left <= 0 or not intent.may_place:
            return earlier
        quote = self._quote(intent.symbol)
        if left * quote.mid < LEAST_ORDER_VALUE and left < intent.shares:
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
        quote = self.exchange.quotes([symbol]).get(symbol)
        if quote is None:
            raise TradeRejected(f"{symbol}: expected a quote, found none")
        return two_sided(quote)

    def _place(self, ticket: OrderTicket, quote: Quote) -> Order:
        try:
            return self.exchange.place(ticket)
        except BrokerRefused as refusal:
            if not refusal.lacks_funds:
                raise
            return self.exchange.place(replace(ticket, quantity=self._affordable(ticket, quote)))

    def _affordable(self, ticket: OrderTicket, quote: Quote) -> Decimal:
        if ticket.side is Side.SELL:
            held = self.exchange.position(ticket.symbol)
            return clipped(ticket.quantity, held.quantity if held else NOTHING, "a position")
        price = ticket.limit_price or quote.ask
        power = self.exchange.account().buying_power
        shares = (power / price).quantize(SMALLEST_SHARE, ROUND_DOWN)
        return clipped(ticket.quantity, shares, "buying power")

    def _finish(self, order: Order, is_market: bool) -> Order:
        wait_s = self.patience.market_wait_s if is_market else self.patience.step_wait_s
        order = self._follow(order, wait_s)
        if order.state.is_final:
            return order
        self.exchange.cancel(order.order_id)
        order = self._follow(self.exchange.read(order.order_id), self.patience.cancel_wait_s)
        if not order.state.is_final:
            # Another order now could trade the same shares twice; a later delivery goes on.
            raise TransientError(f"order {order.order_id} is not final after its cancel")
        return order

    def _follow(self, order: Order, wait_s: float) -> Order:
        deadline_s = self.waiting.now_s() + wait_s
        while not order.state.is_final and self.waiting.now_s() < deadline_s:
            self.waiting.sleep(self.patience.poll_s)
            order = self.exchange.read(order.order_id)
        return order
