"""Alpaca's trading API, as far as alpaca-py needs it here."""

from __future__ import annotations

from typing import Any

from local.market import wire
from local.market.broker import Broker
from local.market.orders import Order
from local.market.refusals import Refusal
from local.market.requests import Request
from local.market.routing import Routes

ROUTES = Routes()


@ROUTES.on("GET", r"/v2/account")
def _account(broker: Broker, request: Request) -> Any:
    return wire.account(broker)


@ROUTES.on("GET", r"/v2/clock")
def _clock(broker: Broker, request: Request) -> Any:
    return wire.clock(broker)


@ROUTES.on("GET", r"/v2/calendar")
def _calendar(broker: Broker, request: Request) -> Any:
    first = request.day("start", broker.tape.prices.days[0])
    last = request.day("end", broker.tape.prices.days[-1])
    return wire.calendar([day for day in broker.tape.prices.days if first <= day <= last])


@ROUTES.on("GET", r"/v2/assets")
def _assets(broker: Broker, request: Request) -> Any:
    return [wire.asset(symbol, broker.tape.listing(symbol)) for symbol in broker.tape.symbols]


@ROUTES.on("GET", r"/v2/assets/([^/]+)")
def _asset(broker: Broker, request: Request, symbol: str) -> Any:
    return wire.asset(symbol, broker.tape.listing(symbol))


@ROUTES.on("GET", r"/v2/positions")
def _positions(broker: Broker, request: Request) -> Any:
    return [wire.position(broker, symbol) for symbol in sorted(broker.books.quantities)]


@ROUTES.on("GET", r"/v2/positions/([^/]+)")
def _position(broker: Broker, request: Request, symbol: str) -> Any:
    if not broker.books.held(symbol):
        raise Refusal(404, 40410000, "position does not exist")
    return wire.position(broker, symbol)


@ROUTES.on("POST", r"/v2/orders")
def _place(broker: Broker, request: Request) -> Any:
    return wire.order(broker.place(request.ticket()))


@ROUTES.on("GET", r"/v2/orders")
def _orders(broker: Broker, request: Request) -> Any:
    wanted = request.query.get("status", "open")
    limit = request.count("limit", 50)
    found = [order for order in broker.orders.values() if _is_wanted(order, wanted)]
    return [wire.order(order) for order in reversed(found)][:limit]


@ROUTES.on("GET", r"/v2/orders:by_client_order_id")
def _order_by_client_id(broker: Broker, request: Request) -> Any:
    return wire.order(broker.find(request.query.get("client_order_id", "")))


@ROUTES.on("GET", r"/v2/orders/([^/]+)")
def _order(broker: Broker, request: Request, order_id: str) -> Any:
    return wire.order(broker.read(order_id))


@ROUTES.on("DELETE", r"/v2/orders/([^/]+)")
def _cancel(broker: Broker, request: Request, order_id: str) -> Any:
    broker.cancel(order_id)


@ROUTES.on("DELETE", r"/v2/orders")
def _cancel_all(broker: Broker, request: Request) -> Any:
    still_open = [order for order in broker.orders.values() if order.is_open]
    for order in still_open:
        broker.cancel(order.order_id)
    return [
        {"id": order.order_id, "status": 200, "body": wire.order(order)} for order in still_open
    ]


def _is_wanted(order: Order, wanted: str) -> bool:
    return wanted == "all" or order.is_open is (wanted == "open")
