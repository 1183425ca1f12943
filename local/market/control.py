"""How tools and tests steer the market: its clock, its books, its misbehaviour."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from local.market import wire
from local.market.bars import Restatement
from local.market.books import INITIAL_CASH, Books
from local.market.exchange import NEW_YORK, TRADES_AT, Exchange
from local.market.faults import Fault
from local.market.refusals import unreadable
from local.market.requests import Request
from local.market.routing import Routes

ROUTES = Routes()


class _Command(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Moment(_Command):
    date: dt.date
    time: dt.time = TRADES_AT


class _Reset(_Command):
    cash: Decimal = INITIAL_CASH


class _Split(_Command):
    symbol: str
    date: dt.date
    ratio: Decimal = Field(gt=0)


class _Dividend(_Command):
    symbol: str
    date: dt.date
    share: Decimal = Field(gt=0, lt=1)
    """Part of the price that is paid out."""


@ROUTES.on("GET", r"/_sim/health")
def _health(exchange: Exchange, request: Request) -> Any:
    return {"status": "ok", "now": exchange.now.isoformat()}


@ROUTES.on("GET", r"/_sim/books")
def _books(exchange: Exchange, request: Request) -> Any:
    return {**wire.books(exchange.books), "equity": str(exchange.equity)}


@ROUTES.on("GET", r"/_sim/prices")
def _prices(exchange: Exchange, request: Request) -> Any:
    return {symbol: str(exchange.price(symbol)) for symbol in exchange.prices.closes}


@ROUTES.on("POST", r"/_sim/day")
def _move(exchange: Exchange, request: Request) -> Any:
    moment = _read(_Moment, request)
    first = exchange.prices.days[0]
    if moment.date < first:
        raise unreadable(f"expected a day from {first} on, found {moment.date}")
    exchange.move_to(dt.datetime.combine(moment.date, moment.time, NEW_YORK))
    return {"now": exchange.now.isoformat(), "is_open": exchange.is_open}


@ROUTES.on("POST", r"/_sim/reset")
def _reset(exchange: Exchange, request: Request) -> Any:
    cash = _read(_Reset, request).cash
    exchange.books = Books(cash=cash, opened_with=cash)
    exchange.orders.clear()
    exchange.events.clear()
    exchange.faults.clear()
    return wire.books(exchange.books)


@ROUTES.on("POST", r"/_sim/faults")
def _arm(exchange: Exchange, request: Request) -> Any:
    exchange.faults.arm(_read(Fault, request))
    return {}


@ROUTES.on("GET", r"/_sim/faults")
def _armed(exchange: Exchange, request: Request) -> Any:
    return [fault.model_dump(mode="json") for fault in exchange.faults.armed]


@ROUTES.on("DELETE", r"/_sim/faults")
def _disarm(exchange: Exchange, request: Request) -> Any:
    exchange.faults.clear()
    return {}


@ROUTES.on("POST", r"/_sim/splits")
def _announce(exchange: Exchange, request: Request) -> Any:
    split = _read(_Split, request)
    exchange.announce(Restatement(symbol=split.symbol, day=split.date, ratio=split.ratio))
    return {}


@ROUTES.on("POST", r"/_sim/dividends")
def _declare(exchange: Exchange, request: Request) -> Any:
    paid = _read(_Dividend, request)
    ratio = 1 / (1 - paid.share)
    exchange.announce(Restatement(symbol=paid.symbol, day=paid.date, ratio=ratio, is_dividend=True))
    return {}


def _read(model: type[Any], request: Request) -> Any:
    try:
        return model.model_validate(dict(request.body))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise unreadable(f"{where}: {first['msg']}") from error
