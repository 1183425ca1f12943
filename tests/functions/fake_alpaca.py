"""A broker behind Alpaca's wire format that keeps exact books and misbehaves on demand.

It is mounted into the real alpaca-py's HTTP session, so that a test runs through everything but
the socket.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from threading import RLock
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid5

from requests import ConnectionError as Dropped
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter

from the_alchemiser.shared.broker_alpaca import AlpacaBroker, connect
from the_alchemiser.shared.broker_patience import Patience

ENDPOINT = "https://broker.test"
NOW = datetime(2022, 3, 14, 19, 45, tzinfo=UTC)
NAMESPACE = UUID("6f0d8b5e-3b55-4c4b-9d43-7d7a6f1c2b11")
CENT = Decimal("0.01")


@dataclass
class FakeOrder:
    order_id: str
    client_order_id: str
    symbol: str
    side: str
    type: str
    qty: Decimal
    limit_price: Decimal | None
    status: str = "new"
    filled: Decimal = Decimal(0)
    value: Decimal = Decimal(0)
    reads: int = 0

    @property
    def is_open(self) -> bool:
        return self.status in ("new", "partially_filled", "pending_cancel")


@dataclass
class Habit:
    """How orders in one symbol turn out."""

    fill_share: Decimal = Decimal(1)
    """Part of the order that is filled when it meets the market."""
    fills_limits_at_step: int | None = None
    """Which limit order of a walk is filled, from 1; None: only those that cross the spread."""
    rejects: int = 0
    """How many orders are accepted and then rejected."""
    refuses: int = 0
    """How many orders are answered with 403."""
    fills_late: bool = False
    """Whether an order is filled only while its cancel is under way."""
    ignores_cancels: int = 0
    """How many cancels are accepted and never confirmed."""


@dataclass
class Fault:
    """What goes wrong with the next requests whose method and path match."""

    pattern: str
    times: int
    status: int | None = None
    """Answer with this status; None: drop the connection."""
    after_acting: bool = False
    """Whether the broker had done what was asked before it went wrong."""
    body: dict[str, Any] = field(default_factory=dict)


class FakeAlpaca(BaseAdapter):
    def __init__(self, cash: str = "100000") -> None:
        super().__init__()
        self.lock = RLock()
        self.cash = Decimal(cash)
        self.multiplier = Decimal(1)
        self.positions: dict[str, Decimal] = defaultdict(Decimal)
        self.bids: dict[str, Decimal] = {}
        self.asks: dict[str, Decimal] = {}
        self.quoted_at: dict[str, datetime] = {}
        self.habits: dict[str, Habit] = defaultdict(Habit)
        self.orders: dict[str, FakeOrder] = {}
        self.faults: list[Fault] = []
        self.is_open = True
        self.whole_shares_only: set[str] = set()
        self.untradable: set[str] = set()
        self.requests: list[str] = []
        self.fields: dict[str, Any] = {}
        self.now = NOW
        self.after_each_write: Callable[[], None] = lambda: None

    # --- What tests arrange and look at ---------------------------------------------------------

    def quote(self, symbol: str, price: str, spread: str = "0.02") -> None:
        self.bids[symbol] = Decimal(price) - Decimal(spread) / 2
        self.asks[symbol] = Decimal(price) + Decimal(spread) / 2
        self.quoted_at[symbol] = self.now

    def hold(self, symbol: str, quantity: str) -> None:
        self.positions[symbol] = Decimal(quantity)

    def fail(self, pattern: str, times: int = 1, **how: Any) -> None:
        self.faults.append(Fault(pattern=pattern, times=times, **how))

    def placed(self, symbol: str | None = None) -> list[FakeOrder]:
        return [each for each in self.orders.values() if symbol in (None, each.symbol)]

    def mid(self, symbol: str) -> Decimal:
        return (self.bids[symbol] + self.asks[symbol]) / 2

    @property
    def long_value(self) -> Decimal:
        return sum((q * self.mid(s) for s, q in self.positions.items() if q > 0), Decimal(0))

    @property
    def equity(self) -> Decimal:
        return self.cash + sum((q * self.mid(s) for s, q in self.positions.items()), Decimal(0))

    def broker(self, patience: Patience | None = None) -> AlpacaBroker:
        broker = connect(
            key="key-for-tests",
            secret="secret-for-tests",
            endpoint=ENDPOINT,
            data_endpoint=ENDPOINT,
            patience=patience or Patience(sleep=lambda seconds: None, jitter=lambda: 0.5),
        )
        for api in (broker._trading, broker._data):
            api._session.mount(ENDPOINT, self)
        return broker

    # --- The wire -------------------------------------------------------------------------------

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        assert kwargs.get("timeout"), "every request carries a timeout"
        with self.lock:
            answer = self._send(request)
            if request.method != "GET":
                self.after_each_write()
            return answer

    def close(self) -> None:
        return None

    def _send(self, request: PreparedRequest) -> Response:
        url = urlsplit(str(request.url))
        call = f"{request.method} {url.path.removeprefix('/v2')}"
        self.requests.append(call)
        fault = next((f for f in self.faults if f.times > 0 and re.search(f.pattern, call)), None)
        if fault is None:
            return self._answer(request, *self._act(call, request, parse_qs(url.query)))
        fault.times -= 1
        if fault.after_acting:
            self._act(call, request, parse_qs(url.query))
        if fault.status is None:
            raise Dropped("connection reset by peer")
        return self._answer(request, fault.status, fault.body or {"message": "as told"})

    @staticmethod
    def _answer(request: PreparedRequest, status: int, body: Any) -> Response:
        response = Response()
        response.status_code = status
        response.request = request
        response.url = str(request.url)
        response._content = b"" if body is None else json.dumps(body).encode()
        response.encoding = "utf-8"
        return response

    def _act(
        self, call: str, request: PreparedRequest, query: dict[str, list[str]]
    ) -> tuple[int, Any]:
        routes: list[tuple[str, Callable[..., tuple[int, Any]]]] = [
            (r"GET /account$", self._account),
            (r"GET /clock$", self._clock),
            (r"GET /positions$", self._positions),
            (r"GET /positions/(.+)$", self._position),
            (r"GET /assets/(.+)$", self._asset),
            (r"GET /orders$", self._open_orders),
            (r"GET /orders/(.+)$", self._order),
            (r"DELETE /orders/(.+)$", self._cancel),
        ]
        if call == "POST /orders":
            return self._post(json.loads(request.body or b"{}"))
        if call == "GET /orders:by_client_order_id":
            return self._by_client_id(query["client_order_id"][0])
        if call == "GET /stocks/quotes/latest":
            return self._quotes(query["symbols"][0].split(","))
        for pattern, route in routes:
            if found := re.fullmatch(pattern, call):
                return route(*found.groups())
        raise AssertionError(f"the fake broker has no {call}")

    # --- Routes ---------------------------------------------------------------------------------

    def _account(self) -> tuple[int, Any]:
        return 200, {
            "id": str(NAMESPACE),
            "account_number": "PA1",
            "status": "ACTIVE",
            "cash": str(self.cash),
            "equity": str(self.equity),
            "portfolio_value": str(self.equity),
            "buying_power": str(self.cash * self.multiplier),
            "regt_buying_power": str(self.cash * self.multiplier),
            "long_market_value": str(self.long_value),
            "initial_margin": str(self.long_value / 2),
            "maintenance_margin": str(self.long_value * Decimal("0.3")),
            "multiplier": str(self.multiplier),
            **self.fields,
        }

    def _clock(self) -> tuple[int, Any]:
        later = (self.now + timedelta(days=1)).isoformat()
        return 200, {
            "timestamp": self.now.isoformat(),
            "is_open": self.is_open,
            "next_open": later,
            "next_close": later,
        }

    def _positions(self) -> tuple[int, Any]:
        held = [symbol for symbol, quantity in self.positions.items() if quantity]
        return 200, [self._position(symbol)[1] for symbol in held]

    def _position(self, symbol: str) -> tuple[int, Any]:
        quantity = self.positions.get(symbol, Decimal(0))
        if not quantity:
            return 404, {"code": 40410000, "message": "position does not exist"}
        return 200, {
            "asset_id": str(uuid5(NAMESPACE, symbol)),
            "symbol": symbol,
            "exchange": "ARCA",
            "asset_class": "us_equity",
            "avg_entry_price": "1",
            "qty": str(quantity),
            "side": "long" if quantity > 0 else "short",
            "cost_basis": "1",
        }

    def _asset(self, symbol: str) -> tuple[int, Any]:
        if symbol not in self.bids:
            return 404, {"code": 40410000, "message": f"asset not found for {symbol}"}
        return 200, {
            "id": str(uuid5(NAMESPACE, symbol)),
            "class": "us_equity",
            "exchange": "ARCA",
            "symbol": symbol,
            "status": "active",
            "tradable": symbol not in self.untradable,
            "marginable": True,
            "shortable": False,
            "easy_to_borrow": False,
            "fractionable": symbol not in self.whole_shares_only,
        }

    def _quotes(self, symbols: list[str]) -> tuple[int, Any]:
        return 200, {
            "quotes": {
                symbol: {
                    "t": self.quoted_at[symbol].isoformat(),
                    "bp": float(self.bids[symbol]),
                    "ap": float(self.asks[symbol]),
                    "bs": 1,
                    "as": 1,
                }
                for symbol in symbols
                if symbol in self.bids
            }
        }

    def _open_orders(self) -> tuple[int, Any]:
        return 200, [self._shown(order) for order in self.orders.values() if order.is_open]

    def _order(self, order_id: str) -> tuple[int, Any]:
        order = self.orders.get(order_id)
        if order is None:
            return 404, {"code": 40410000, "message": "order not found"}
        order.reads += 1
        return 200, self._shown(order)

    def _by_client_id(self, client_order_id: str) -> tuple[int, Any]:
        for order in self.orders.values():
            if order.client_order_id == client_order_id:
                return 200, self._shown(order)
        return 404, {"code": 40410000, "message": "order not found"}

    def _cancel(self, order_id: str) -> tuple[int, Any]:
        order = self.orders[order_id]
        if not order.is_open:
            return 422, {"code": 42210000, "message": f'order is already in "{order.status}" state'}
        habit = self.habits[order.symbol]
        if habit.ignores_cancels > 0:
            habit.ignores_cancels -= 1
            order.status = "pending_cancel"
            return 204, None
        if habit.fills_late:
            self._fill(order, order.qty - order.filled)
        else:
            order.status = "canceled"
        return 204, None

    def _post(self, asked: dict[str, Any]) -> tuple[int, Any]:
        name = asked["client_order_id"]
        assert len(name) <= 48, name
        if any(order.client_order_id == name for order in self.orders.values()):
            return 422, {"code": 40010001, "message": "client_order_id must be unique"}
        order = FakeOrder(
            order_id=str(uuid5(NAMESPACE, name)),
            client_order_id=name,
            symbol=asked["symbol"],
            side=asked["side"],
            type=asked["type"],
            qty=Decimal(str(asked["qty"])),
            limit_price=Decimal(str(asked["limit_price"])) if "limit_price" in asked else None,
        )
        refusal = self._refusal(order)
        if refusal:
            return refusal
        self.orders[order.order_id] = order
        habit = self.habits[order.symbol]
        if habit.rejects > 0:
            habit.rejects -= 1
            order.status = "rejected"
        elif self._meets_market(order, habit) and not habit.fills_late:
            part = (order.qty * habit.fill_share).quantize(Decimal("0.000001"), ROUND_DOWN)
            self._fill(order, order.qty if habit.fill_share == 1 else part)
        return 200, self._shown(order)

    # --- The market -----------------------------------------------------------------------------

    def _refusal(self, order: FakeOrder) -> tuple[int, Any] | None:
        habit = self.habits[order.symbol]
        if habit.refuses > 0:
            habit.refuses -= 1
            return 403, {"code": 40310100, "message": "trading is restricted"}
        if not self.is_open:
            return 403, {"code": 40310200, "message": "the market is closed"}
        price = order.limit_price or self.asks[order.symbol]
        if order.qty * price < 1:
            return 403, {"code": 40310300, "message": "minimal amount of order 1"}
        if order.side == "buy" and order.qty * price > self.cash * self.multiplier:
            return 403, {"code": 40310000, "message": "insufficient buying power"}
        if order.side == "sell" and order.qty > self.positions.get(order.symbol, Decimal(0)):
            return 403, {"code": 40310000, "message": "insufficient qty available for order"}
        return None

    def _meets_market(self, order: FakeOrder, habit: Habit) -> bool:
        if order.limit_price is None:
            return True
        if habit.fills_limits_at_step is not None:
            return order.client_order_id.endswith(str(habit.fills_limits_at_step))
        if order.side == "buy":
            return order.limit_price >= self.asks[order.symbol]
        return order.limit_price <= self.bids[order.symbol]

    def _fill(self, order: FakeOrder, quantity: Decimal) -> None:
        market = self.asks if order.side == "buy" else self.bids
        price = order.limit_price or market[order.symbol]
        sign = 1 if order.side == "buy" else -1
        self.cash -= sign * quantity * price
        self.positions[order.symbol] += sign * quantity
        order.filled += quantity
        order.value += quantity * price
        order.status = "filled" if order.filled == order.qty else "partially_filled"

    def _shown(self, order: FakeOrder) -> dict[str, Any]:
        moment = self.now.isoformat()
        return {
            "id": order.order_id,
            "client_order_id": order.client_order_id,
            "created_at": moment,
            "updated_at": moment,
            "submitted_at": moment,
            "filled_at": moment if order.filled else None,
            "symbol": order.symbol,
            "asset_class": "us_equity",
            "qty": str(order.qty),
            "filled_qty": str(order.filled),
            "filled_avg_price": str(order.value / order.filled) if order.filled else None,
            "order_class": "",
            "type": order.type,
            "side": order.side,
            "time_in_force": "day",
            "limit_price": str(order.limit_price) if order.limit_price else None,
            "status": order.status,
            "extended_hours": False,
        }
