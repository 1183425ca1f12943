"""Alpaca's trading and market-data API, as far as alpaca-py needs it here."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from local.market import wire
from local.market.bars import Adjustment, bars_between
from local.market.exchange import CLOSES, NEW_YORK, Exchange
from local.market.orders import Order
from local.market.prices import NoPriceError
from local.market.refusals import Refusal, no_such, unreadable
from local.market.requests import Request
from local.market.routing import Routes

ROUTES = Routes()
_PAGE = 10_000


@ROUTES.on("GET", r"/v2/account")
def _account(exchange: Exchange, request: Request) -> Any:
    return wire.account(exchange)


@ROUTES.on("GET", r"/v2/clock")
def _clock(exchange: Exchange, request: Request) -> Any:
    return wire.clock(exchange)


@ROUTES.on("GET", r"/v2/calendar")
def _calendar(exchange: Exchange, request: Request) -> Any:
    first = request.day("start", exchange.prices.days[0])
    last = request.day("end", exchange.prices.days[-1])
    return wire.calendar([day for day in exchange.prices.days if first <= day <= last])


@ROUTES.on("GET", r"/v2/assets")
def _assets(exchange: Exchange, request: Request) -> Any:
    return [wire.asset(symbol) for symbol in exchange.prices.symbols]


@ROUTES.on("GET", r"/v2/assets/([^/]+)")
def _asset(exchange: Exchange, request: Request, symbol: str) -> Any:
    if symbol not in exchange.prices.symbols:
        raise no_such("asset", symbol)
    return wire.asset(symbol)


@ROUTES.on("GET", r"/v2/positions")
def _positions(exchange: Exchange, request: Request) -> Any:
    return [wire.position(exchange, symbol) for symbol in sorted(exchange.books.quantities)]


@ROUTES.on("GET", r"/v2/positions/([^/]+)")
def _position(exchange: Exchange, request: Request, symbol: str) -> Any:
    if not exchange.books.held(symbol):
        raise Refusal(404, 40410000, "position does not exist")
    return wire.position(exchange, symbol)


@ROUTES.on("POST", r"/v2/orders")
def _place(exchange: Exchange, request: Request) -> Any:
    return wire.order(exchange.place(request.ticket()))


@ROUTES.on("GET", r"/v2/orders")
def _orders(exchange: Exchange, request: Request) -> Any:
    wanted = request.query.get("status", "open")
    limit = request.count("limit", 50)
    found = [order for order in exchange.orders.values() if _is_wanted(order, wanted)]
    return [wire.order(order) for order in reversed(found)][:limit]


@ROUTES.on("GET", r"/v2/orders:by_client_order_id")
def _order_by_client_id(exchange: Exchange, request: Request) -> Any:
    return wire.order(exchange.find(request.query.get("client_order_id", "")))


@ROUTES.on("GET", r"/v2/orders/([^/]+)")
def _order(exchange: Exchange, request: Request, order_id: str) -> Any:
    return wire.order(exchange.read(order_id))


@ROUTES.on("DELETE", r"/v2/orders/([^/]+)")
def _cancel(exchange: Exchange, request: Request, order_id: str) -> Any:
    exchange.cancel(order_id)


@ROUTES.on("DELETE", r"/v2/orders")
def _cancel_all(exchange: Exchange, request: Request) -> Any:
    still_open = [order for order in exchange.orders.values() if order.is_open]
    for order in still_open:
        exchange.cancel(order.order_id)
    return [
        {"id": order.order_id, "status": 200, "body": wire.order(order)} for order in still_open
    ]


@ROUTES.on("GET", r"/v2/stocks/quotes/latest")
def _quotes(exchange: Exchange, request: Request) -> Any:
    known = [symbol for symbol in request.symbols if symbol in exchange.prices.symbols]
    return {"quotes": {symbol: wire.quote(exchange.quote(symbol)) for symbol in known}}


@ROUTES.on("GET", r"/v2/stocks/bars")
def _bars(exchange: Exchange, request: Request) -> Any:
    symbols = [symbol for symbol in request.symbols if symbol in exchange.prices.symbols]
    rows = [(symbol, row) for symbol in symbols for row in _bars_of(exchange, request, symbol)]
    first = request.count("page_token", 0)
    last = first + max(request.count("limit", _PAGE), 1)
    page: dict[str, list[Any]] = {}
    for symbol, row in rows[first:last]:
        page.setdefault(symbol, []).append(row)
    return {"bars": page, "next_page_token": str(last) if last < len(rows) else None}


def _bars_of(exchange: Exchange, request: Request, symbol: str) -> list[Any]:
    """Give the bars of days that are over; the running day has none yet."""
    local = exchange.now.astimezone(NEW_YORK)
    newest = local.date() if local.time() >= CLOSES else local.date() - timedelta(days=1)
    last = min(request.day("end", newest), newest)
    first, events = request.day("start", last), exchange.known_events
    adjustment = _adjustment(request)
    try:
        found = bars_between(exchange.prices, symbol, first, last, events, adjustment)
        return [wire.bar(bar) for bar in found]
    except NoPriceError as error:
        raise no_such("bars", symbol) from error


def _adjustment(request: Request) -> Adjustment:
    named = request.query.get("adjustment", Adjustment.RAW)
    try:
        return Adjustment(named)
    except ValueError as error:
        raise unreadable(f"adjustment is none of {', '.join(Adjustment)}: {named}") from error


def _is_wanted(order: Order, wanted: str) -> bool:
    return wanted == "all" or order.is_open is (wanted == "open")
