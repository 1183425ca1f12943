"""The simulated broker: one account, one clock, exact books, and orders that go by the truth."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from uuid import NAMESPACE_URL, uuid5

from local.market.admission import require_money, require_permitted
from local.market.books import Books, Fill
from local.market.corporate_actions import CorporateAction, CorporateActions
from local.market.faults import FaultKind, Faults
from local.market.funds import Funds, reserved_by
from local.market.hours import closing, opening
from local.market.orders import QUANTUM, Order, Status, Ticket, fill_price
from local.market.prices import Prices
from local.market.refusals import cancel_refused, duplicate, no_such, not_cancelable
from local.market.request_window import RequestWindow
from local.market.tape import Tape
from local.market.terms import Terms


@dataclass(slots=True)
class Broker:
    """Takes, fills and remembers orders; all methods are guarded by one lock."""

    tape: Tape
    terms: Terms = field(default_factory=Terms)
    books: Books = field(default_factory=Books)
    actions: CorporateActions = field(default_factory=CorporateActions)
    orders: dict[str, Order] = field(default_factory=dict)
    window: RequestWindow = field(default_factory=RequestWindow)
    lock: threading.RLock = field(default_factory=threading.RLock)

    @classmethod
    def opened(cls, prices: Prices, now: datetime) -> Broker:
        """Open an account of the usual terms and cash."""
        return cls(tape=Tape(prices=prices, now=now))

    @property
    def now(self) -> datetime:
        """The broker's time."""
        return self.tape.now

    @property
    def faults(self) -> Faults:
        """What is armed to go wrong."""
        return self.tape.faults

    @property
    def funds(self) -> Funds:
        """The account's money, by true prices."""
        symbols = {order.symbol for order in self.orders.values() if order.is_open}
        listed = {symbol for symbol in symbols if self.tape.lists(symbol)}
        return Funds(
            terms=self.terms,
            cash=self.books.cash,
            values={
                symbol: quantity * self.tape.price(symbol)
                for symbol, quantity in self.books.quantities.items()
            },
            reserved=reserved_by(
                self.orders.values(), {symbol: self.tape.true_quote(symbol) for symbol in listed}
            ),
        )

    def reset(self, books: Books) -> None:
        """Begin anew with these books at the same time: no orders, actions, faults or terms."""
        with self.lock:
            self.tape = Tape(prices=self.tape.prices, now=self.tape.now)
            self.terms, self.books = Terms(), books
            self.actions = CorporateActions()
            self.orders.clear()

    # --- Time ------------------------------------------------------------------------------------

    def move_to(self, moment: datetime) -> None:
        """Set the clock; on the way orders fill at the open, expire at the close, actions happen.

        Backwards it only sets the clock, and orders of other days end.
        """
        with self.lock:
            for stop in self._stops(moment):
                self._arrive(stop)
            self._arrive(moment)

    def _stops(self, moment: datetime) -> Iterator[datetime]:
        sessions = {order.session for order in self.orders.values() if order.is_open}
        stops = {at for day in sessions for at in (opening(day), closing(day))}
        stops |= {opening(action.day) - timedelta(hours=5) for action in self.actions.announced}
        yield from sorted(at for at in stops if self.now < at < moment)

    def _arrive(self, moment: datetime) -> None:
        before = self.tape.today
        self.tape.now = moment
        if self.tape.today != before:
            self.tape.moved.clear()
        for action in self.actions.due(before, self.tape.today):
            self.actions.take_effect(action, self.tape, self.books)
        for order in self.orders.values():
            if order.is_open:
                self._continue(order)

    def _continue(self, order: Order) -> None:
        """Expire, cancel or begin an open order, as the time has come for."""
        is_over = self.tape.today > order.session or self.now >= closing(order.session)
        if order.symbol in self.tape.gone:
            # Open orders of a symbol that changes are cancelled (corporate_actions.py).
            self._end(order, Status.CANCELED)
        elif is_over:
            self._end(order, Status.EXPIRED)
        elif order.status is Status.ACCEPTED and self.now >= opening(order.session):
            order.status = Status.NEW
            self._fill(order)

    def _end(self, order: Order, status: Status) -> None:
        order.status, order.updated_at = status, self.now

    def announce(self, action: CorporateAction) -> None:
        """Plan a split, a dividend or a new symbol; one of a day that is over happens at once."""
        with self.lock:
            self.actions.announce(action, self.tape)
            if action.day <= self.tape.today:
                self.actions.take_effect(action, self.tape, self.books)

    # --- Orders ----------------------------------------------------------------------------------

    def place(self, ticket: Ticket) -> Order:
        """Take an order and fill it as far as it fills now; raise Refusal where Alpaca would.

        Outside the market's hours it is queued for the next open:
        https://docs.alpaca.markets/docs/orders-at-alpaca#orders-submitted-outside-of-eligible-trading-hours
        """
        with self.lock:
            self._admit(ticket)
            if moved := self.faults.take(FaultKind.MOVE, symbol=ticket.symbol):
                self.tape.move(ticket.symbol, moved.value)
            order = self._order(ticket)
            self.orders[order.order_id] = order
            if self.faults.take(FaultKind.REJECT, symbol=ticket.symbol):
                order.status = Status.REJECTED
            elif not self.tape.is_open:
                order.status = Status.ACCEPTED
            elif not order.reads_until_fill and not order.fills_on_cancel:
                self._fill(order)
            return order

    def read(self, order_id: str) -> Order:
        """Return an order by its id; a late one may fill by being read."""
        with self.lock:
            if order_id not in self.orders:
                raise no_such("order", order_id)
            order = self.orders[order_id]
            if order.reads_until_fill and order.is_open:
                order.reads_until_fill -= 1
                if not order.reads_until_fill and order.status is not Status.ACCEPTED:
                    self._fill(order)
            return order

    def find(self, client_order_id: str) -> Order:
        """Return an order by the id that its sender gave it, once look-ups have caught up."""
        with self.lock:
            for order in self.orders.values():
                if order.client_order_id == client_order_id:
                    if order.lookups_until_found:
                        order.lookups_until_found -= 1
                        break
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
            if refused := self.faults.take(FaultKind.REFUSE_CANCEL, symbol=order.symbol):
                raise cancel_refused(int(refused.value))
            if self.faults.take(FaultKind.IGNORE_CANCEL, symbol=order.symbol):
                self._end(order, Status.PENDING_CANCEL)
            elif order.fills_on_cancel:
                true = self.tape.true_quote(order.symbol)
                at_market = true.ask if order.is_buy else true.bid
                self._book(order, order.left, order.limit_price or at_market)
            else:
                self._end(order, Status.CANCELED)

    def replace(self, order_id: str, limit_price: Decimal) -> Order:
        """Put an order at another limit into an open one's place, as a person may by hand.

        https://docs.alpaca.markets/reference/patchorderbyorderid-1
        """
        with self.lock:
            old = self.orders[order_id]
            name = f"by-hand-{len(self.orders)}"
            new = replace(
                old,
                order_id=str(uuid5(NAMESPACE_URL, name)),
                client_order_id=name,
                quantity=old.left,
                limit_price=limit_price,
                filled_quantity=Decimal(0),
                filled_value=Decimal(0),
            )
            old.replaced_by = new.order_id
            self._end(old, Status.REPLACED)
            self.orders[new.order_id] = new
            self._fill(new)
            return new

    def _admit(self, ticket: Ticket) -> None:
        if any(known.client_order_id == ticket.client_order_id for known in self.orders.values()):
            raise duplicate()
        require_permitted(ticket, self.tape, self.terms)
        require_money(ticket, self.tape, self.books, self.orders.values(), self.funds)

    def _order(self, ticket: Ticket) -> Order:
        def armed(kind: FaultKind) -> Decimal | None:
            fault = self.faults.take(kind, symbol=ticket.symbol)
            return fault.value if fault else None

        partial = armed(FaultKind.PARTIAL_FILL)
        return Order(
            order_id=str(uuid5(NAMESPACE_URL, f"{ticket.client_order_id}/{len(self.orders)}")),
            client_order_id=ticket.client_order_id,
            symbol=ticket.symbol,
            side=ticket.side,
            kind=ticket.kind,
            quantity=ticket.quantity,
            limit_price=ticket.limit_price,
            placed_at=self.now,
            session=self._session(),
            updated_at=self.now,
            reads_until_fill=int(armed(FaultKind.LATE_FILL) or 0),
            lookups_until_found=int(armed(FaultKind.LATE_LOOKUP) or 0),
            fill_part=Decimal(1) if partial is None else partial,
            fills_on_cancel=armed(FaultKind.FILL_ON_CANCEL) is not None,
        )

    def _session(self) -> date:
        """Give the day for which an order placed now is good: today until the close, or the next.

        https://docs.alpaca.markets/docs/orders-at-alpaca#time-in-force
        """
        for day in self.tape.prices.days:
            if day >= self.tape.today and self.now < closing(day):
                return day
        return self.tape.today + timedelta(days=1)

    def _fill(self, order: Order) -> None:
        listing = self.tape.listing(order.symbol)
        true = self.tape.true_quote(order.symbol)
        price = fill_price(order, true, fills_inside=listing.fills_inside)
        quantity = (order.quantity * order.fill_part).quantize(QUANTUM, ROUND_DOWN)
        if price is not None and quantity and listing.halted_at is None:
            self._book(order, quantity, price)

    def _book(self, order: Order, quantity: Decimal, price: Decimal) -> None:
        order.filled_quantity += quantity
        order.filled_value += quantity * price
        self._end(order, Status.PARTIALLY_FILLED if order.left else Status.FILLED)
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
