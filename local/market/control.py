"""How tools and tests steer the market: its clock, its books, its prices, its misbehaviour."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from local.market import wire
from local.market.bars import Restatement
from local.market.books import INITIAL_CASH, Books
from local.market.broker import Broker
from local.market.corporate_actions import Merger, SymbolChange
from local.market.faults import Fault
from local.market.hours import NEW_YORK, trading_moment
from local.market.refusals import unreadable
from local.market.requests import Request
from local.market.routing import Routes
from local.market.terms import Terms

ROUTES = Routes()


class _Command(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Moment(_Command):
    date: dt.date
    time: dt.time | None = None
    """None: a quarter of an hour before the close."""


class _Reset(_Command):
    cash: Decimal = INITIAL_CASH


class _Split(_Command):
    symbol: str
    date: dt.date
    ratio: Decimal = Field(gt=0)


class _Dividend(_Command):
    symbol: str
    date: dt.date
    part: Decimal = Field(gt=0, lt=1)
    """Part of the price that is paid out."""


class _Rename(_Command):
    symbol: str
    date: dt.date
    new_symbol: str


class _Merge(_Command):
    symbol: str
    date: dt.date
    new_symbol: str | None = None
    ratio: Decimal = Field(default=Decimal(0), ge=0)
    cash: Decimal = Field(default=Decimal(0), ge=0)


class _Halt(_Command):
    symbol: str
    halted: bool = True


class _Price(_Command):
    symbol: str
    price: Decimal = Field(gt=0)


class _Shown(_Command):
    symbol: str
    bid: Decimal = Field(ge=0)
    ask: Decimal = Field(ge=0)


@ROUTES.on("GET", r"/_sim/health")
def _health(broker: Broker, request: Request) -> Any:
    return {"status": "ok", "now": broker.now.isoformat()}


@ROUTES.on("GET", r"/_sim/books")
def _books(broker: Broker, request: Request) -> Any:
    return {**wire.books(broker.books), "equity": str(broker.funds.equity)}


@ROUTES.on("GET", r"/_sim/prices")
def _prices(broker: Broker, request: Request) -> Any:
    named = {*broker.tape.prices.closes, *broker.tape.symbols} - broker.tape.gone
    return {symbol: str(broker.tape.price(symbol)) for symbol in sorted(named)}


@ROUTES.on("POST", r"/_sim/day")
def _move(broker: Broker, request: Request) -> Any:
    moment = _read(_Moment, request)
    first = broker.tape.prices.days[0]
    if moment.date < first:
        raise unreadable(f"expected a day from {first} on, found {moment.date}")
    at = trading_moment(moment.date)
    if moment.time is not None:
        at = dt.datetime.combine(moment.date, moment.time, NEW_YORK)
    broker.move_to(at)
    return {"now": broker.now.isoformat(), "is_open": broker.tape.is_open}


@ROUTES.on("POST", r"/_sim/reset")
def _reset(broker: Broker, request: Request) -> Any:
    cash = _read(_Reset, request).cash
    broker.reset(Books(cash=cash, opened_with=cash))
    return wire.books(broker.books)


@ROUTES.on("POST", r"/_sim/account")
def _agree(broker: Broker, request: Request) -> Any:
    broker.terms = _read(Terms, request)
    return {}


@ROUTES.on("POST", r"/_sim/faults")
def _arm(broker: Broker, request: Request) -> Any:
    broker.faults.arm(_read(Fault, request))
    return {}


@ROUTES.on("GET", r"/_sim/faults")
def _armed(broker: Broker, request: Request) -> Any:
    return [fault.model_dump(mode="json") for fault in broker.faults.armed]


@ROUTES.on("DELETE", r"/_sim/faults")
def _disarm(broker: Broker, request: Request) -> Any:
    broker.faults.clear()
    return {}


@ROUTES.on("POST", r"/_sim/splits")
def _split(broker: Broker, request: Request) -> Any:
    split = _read(_Split, request)
    broker.announce(Restatement(symbol=split.symbol, day=split.date, ratio=split.ratio))
    return {}


@ROUTES.on("POST", r"/_sim/dividends")
def _declare(broker: Broker, request: Request) -> Any:
    paid = _read(_Dividend, request)
    ratio = 1 / (1 - paid.part)
    broker.announce(Restatement(symbol=paid.symbol, day=paid.date, ratio=ratio, is_dividend=True))
    return {}


@ROUTES.on("POST", r"/_sim/renames")
def _rename(broker: Broker, request: Request) -> Any:
    renamed = _read(_Rename, request)
    broker.announce(
        SymbolChange(symbol=renamed.symbol, new_symbol=renamed.new_symbol, day=renamed.date)
    )
    return {}


@ROUTES.on("POST", r"/_sim/mergers")
def _merge(broker: Broker, request: Request) -> Any:
    merged = _read(_Merge, request)
    broker.announce(
        Merger(
            symbol=merged.symbol,
            day=merged.date,
            new_symbol=merged.new_symbol,
            ratio=merged.ratio,
            cash=merged.cash,
        )
    )
    return {}


@ROUTES.on("POST", r"/_sim/halts")
def _halt(broker: Broker, request: Request) -> Any:
    halt = _read(_Halt, request)
    (broker.tape.halt if halt.halted else broker.tape.resume)(halt.symbol)
    return {}


@ROUTES.on("POST", r"/_sim/truth")
def _fix(broker: Broker, request: Request) -> Any:
    fixed = _read(_Price, request)
    broker.tape.fix(fixed.symbol, fixed.price)
    return {}


@ROUTES.on("POST", r"/_sim/quotes")
def _show(broker: Broker, request: Request) -> Any:
    shown = _read(_Shown, request)
    broker.tape.show(shown.symbol, shown.bid, shown.ask)
    return {}


def _read(model: type[Any], request: Request) -> Any:
    try:
        return model.model_validate(dict(request.body))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise unreadable(f"{where}: {first['msg']}") from error
