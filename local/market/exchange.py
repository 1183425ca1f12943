"""The simulated exchange and broker: one account, one clock, exact books."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from local.market.bars import Restatement, restated
from local.market.books import Books, Fill
from local.market.faults import FaultKind, Faults
from local.market.orders import QUANTUM, Order, Quote, Status, Ticket, fill_price
from local.market.prices import NoPriceError, Prices
from local.market.refusals import (
    closed_market,
    duplicate,
    no_such,
    not_cancelable,
    refusal_of,
)

NEW_YORK = ZoneInfo("America/New_York")
OPENS, CLOSES = time(9, 30), time(16, 0)
TRADES_AT = time(15, 45)
"""Time of day at which a simulated day stands, as the schedule has it."""

SPREAD_SHARE = Decimal("0.0004")
"""Spread between bid and ask, as a share of the close; never less than two cents."""
CENT = Decimal("0.01")


@dataclass(slots=True)
class Exchange:
    """Quotes are the day's real close and a stated spread around it; all methods are guarded."""

    prices: Prices
    now: datetime
    books: Books = field(default_factory=Books)
    faults: Faults = field(default_factory=Faults)
    events: list[Restatement] = field(default_factory=list)
    """Splits and dividends, past and to come."""
    orders: dict[str, Order] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def today(self) -> date:
        """Date in New York."""
        return self.now.astimezone(NEW_YORK).date()

    @property
    def is_open(self) -> bool:
        """Whether the market trades now."""
        local = self.now.astimezone(NEW_YORK)
        return self.prices.is_trading_day(local.date()) and OPENS <= local.time() < CLOSES

    @property
    def known_events(self) -> tuple[Restatement, ...]:
        """Splits and dividends up to today."""
        return tuple(event for event in self.events if event.day <= self.today)

    def move_to(self, moment: datetime) -> None:
        """Set the clock; open orders of another day expire, events on the way take effect."""
        with self.lock:
            before = self.today
            self.now = moment
            for event in sorted(self.events, key=lambda each: each.day):
                if before < event.day <= self.today:
                    self._take_effect(event)
            if self.today != before:
                for order in self.orders.values():
                    if order.is_open:
                        order.status = Status.CANCELED

    def price(self, symbol: str) -> Decimal:
        """Return today's price: the close that the data set has for the day."""
        return restated(self.prices.close(symbol, self.today), symbol, self.known_events)

    def announce(self, event: Restatement) -> None:
        """Plan a split or dividend; one of a day that is over takes effect at once."""
        with self.lock:
            self.events.append(event)
            if event.day <= self.today:
                self._take_effect(event)

    def _take_effect(self, event: Restatement) -> None:
        if not event.is_dividend:
            self.books.split(event.symbol, event.ratio)
            return
        earlier = tuple(each for each in self.events if each.day < event.day)
        before = self.prices.close(event.symbol, event.day - timedelta(days=1))
        price = restated(before, event.symbol, earlier)
        self.books.receive(event.symbol, (price - price / event.ratio).quantize(CENT))

    def quote(self, symbol: str) -> Quote:
        """Return today's quote, in cents; raise Refusal for what is not traded here."""
        with self.lock:
            if symbol not in self.prices.symbols:
                raise no_such("asset", symbol)
            try:
                price = self.price(symbol)
            except NoPriceError as error:
                raise no_such("quote", symbol) from error
            half = max(price * SPREAD_SHARE / 2, CENT)
            stale = self.faults.take(FaultKind.STALE_QUOTE, symbol=symbol)
            age_s = float(stale.value) if stale else 0.0
            return Quote(
                symbol=symbol,
                bid=(price - half).quantize(CENT, ROUND_HALF_UP),
                ask=(price + half).quantize(CENT, ROUND_HALF_UP),
                at=self.now - timedelta(seconds=age_s),
            )

    def place(self, ticket: Ticket) -> Order:
        """Take an order and fill it as far as it fills now; raise Refusal where Alpaca would."""
        with self.lock:
            if any(
                known.client_order_id == ticket.client_order_id for known in self.orders.values()
            ):
                raise duplicate()
            quote = self.quote(ticket.symbol)
            if not self.is_open:
                raise closed_market(self.now)
            self._require_affordable(ticket, quote)
            order = self._order(ticket)
            self.orders[order.order_id] = order
            if self.faults.take(FaultKind.REJECT, symbol=ticket.symbol):
                order.status = Status.REJECTED
            elif not order.reads_until_fill:
                self._fill(order, quote)
            return order

    def read(self, order_id: str) -> Order:
        """Return an order by its id; a late one may fill by being read."""
        with self.lock:
            if order_id not in self.orders:
                raise no_such("order", order_id)
            order = self.orders[order_id]
            if order.reads_until_fill and order.is_open:
                order.reads_until_fill -= 1
                if not order.reads_until_fill:
                    self._fill(order, self.quote(order.symbol))
            return order

    def find(self, client_order_id: str) -> Order:
        """Return an order by the id that its sender gave it."""
        with self.lock:
            for order in self.orders.values():
                if order.client_order_id == client_order_id:
                    return self.read(order.order_id)
            raise no_such("order", client_order_id)

    def cancel(self, order_id: str) -> None:
        """Cancel what is still open of an order; raise Refusal where nothing is."""
        with self.lock:
            if order_id not in self.orders:
                raise no_such("order", order_id)
            order = self.orders[order_id]
            if not order.is_open:
                raise not_cancelable(order.status)
            order.status, order.updated_at = Status.CANCELED, self.now

    @property
    def equity(self) -> Decimal:
        """Cash and holdings at today's prices."""
        held = self.books.quantities.items()
        worth = sum((quantity * self.price(symbol) for symbol, quantity in held), Decimal(0))
        return self.books.cash + worth

    @property
    def buying_power(self) -> Decimal:
        """Cash that no open order has reserved."""
        reserved = (
            (order.quantity - order.filled_quantity)
            * (order.limit_price or self.price(order.symbol) * (1 + SPREAD_SHARE) + CENT)
            for order in self.orders.values()
            if order.is_open and order.side == "buy"
        )
        return self.books.cash - sum(reserved, Decimal(0))

    def _require_affordable(self, ticket: Ticket, quote: Quote) -> None:
        offered = sum(
            (
                order.quantity - order.filled_quantity
                for order in self.orders.values()
                if order.is_open and order.side == "sell" and order.symbol == ticket.symbol
            ),
            Decimal(0),
        )
        refusal = refusal_of(
            side=ticket.side,
            quantity=ticket.quantity,
            price=ticket.limit_price or quote.ask,
            buying_power=self.buying_power,
            available=self.books.held(ticket.symbol) - offered,
        )
        if refusal is not None:
            raise refusal

    def _order(self, ticket: Ticket) -> Order:
        late = self.faults.take(FaultKind.LATE_FILL, symbol=ticket.symbol)
        partial = self.faults.take(FaultKind.PARTIAL_FILL, symbol=ticket.symbol)
        return Order(
            order_id=str(uuid5(NAMESPACE_URL, f"{ticket.client_order_id}/{len(self.orders)}")),
            client_order_id=ticket.client_order_id,
            symbol=ticket.symbol,
            side=ticket.side,
            kind=ticket.kind,
            quantity=ticket.quantity,
            limit_price=ticket.limit_price,
            placed_at=self.now,
            updated_at=self.now,
            reads_until_fill=int(late.value) if late else 0,
            fill_share=partial.value if partial else Decimal(1),
        )

    def _fill(self, order: Order, quote: Quote) -> None:
        price = fill_price(order, quote)
        if price is None:
            return
        quantity = (order.quantity * order.fill_share).quantize(QUANTUM)
        if not quantity:
            return
        order.filled_quantity += quantity
        order.filled_value += quantity * price
        is_whole = order.filled_quantity == order.quantity
        order.status = Status.FILLED if is_whole else Status.PARTIALLY_FILLED
        order.updated_at = self.now
        self.books.book(
            Fill(
                order_id=order.order_id,
                client_order_id=order.client_order_id,
                symbol=order.symbol,
                side=order.side,
                quantity=quantity,
                price=price,
                at=self.now,
            )
        )
