"""Alpaca's market-data API: snapshots, daily bars and corporate actions."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from local.market import wire
from local.market.bars import Adjustment, bars_between
from local.market.broker import Broker
from local.market.hours import closing
from local.market.prices import NoPriceError
from local.market.refusals import no_such, unreadable
from local.market.requests import Request
from local.market.routing import Routes

ROUTES = Routes()
_PAGE = 10_000


@ROUTES.on("GET", r"/v2/stocks/snapshots")
def _snapshots(broker: Broker, request: Request) -> Any:
    return {symbol: _snapshot(broker, symbol) for symbol in _known(broker, request)}


def _snapshot(broker: Broker, symbol: str) -> Any:
    tape = broker.tape
    quote = tape.quote(symbol)
    before = tape.today - timedelta(days=1)
    return {
        "latestTrade": wire.trade(*tape.last_trade(symbol)),
        "latestQuote": wire.quote(quote) if quote else None,
        "prevDailyBar": wire.flat_bar(before, tape.previous_close(symbol)),
    }


@ROUTES.on("GET", r"/v2/stocks/bars")
def _bars(broker: Broker, request: Request) -> Any:
    rows = [
        (symbol, row)
        for symbol in request.symbols
        if broker.tape.origin(symbol) in broker.tape.prices.symbols
        for row in _bars_of(broker, request, symbol)
    ]
    first = request.count("page_token", 0)
    last = first + max(request.count("limit", _PAGE), 1)
    page: dict[str, list[Any]] = {}
    for symbol, row in rows[first:last]:
        page.setdefault(symbol, []).append(row)
    return {"bars": page, "next_page_token": str(last) if last < len(rows) else None}


def _bars_of(broker: Broker, request: Request, symbol: str) -> list[Any]:
    """Give the bars of days that are over; the running day has none yet."""
    tape = broker.tape
    is_over = tape.now >= closing(tape.today)
    newest = tape.today if is_over else tape.today - timedelta(days=1)
    last = min(request.day("end", newest), newest)
    first, events = request.day("start", last), tape.known_restatements
    adjustment = _adjustment(request)
    try:
        found = bars_between(tape.prices, tape.origin(symbol), first, last, events, adjustment)
        return [wire.bar(bar) for bar in found]
    except NoPriceError as error:
        raise no_such("bars", symbol) from error


@ROUTES.on("GET", r"/v1/corporate-actions")
def _corporate_actions(broker: Broker, request: Request) -> Any:
    """Give what was processed on these days: https://docs.alpaca.markets/reference/corporateactions-1.

    Like the real feed it knows an action from its day on.
    """
    today = broker.tape.today
    first, last = request.day("start", date.min), min(request.day("end", today), today)
    kinds = [kind for kind in request.query.get("types", "").split(",") if kind]
    found: dict[str, list[Any]] = {}
    for action in broker.actions.announced:
        per_share = broker.actions.paid.get(action, Decimal(0))
        kind, row = wire.corporate_action(action, per_share)
        is_wanted = (not kinds or kind.removesuffix("s") in kinds) and first <= action.day <= last
        if is_wanted and (not request.symbols or action.symbol in request.symbols):
            found.setdefault(kind, []).append(row)
    return {"corporate_actions": found, "next_page_token": None}


def _known(broker: Broker, request: Request) -> list[str]:
    lists = broker.tape.lists
    return [symbol for symbol in request.symbols if lists(symbol) and _price(broker, symbol)]


def _price(broker: Broker, symbol: str) -> Decimal | None:
    try:
        return broker.tape.price(symbol)
    except NoPriceError:
        return None


def _adjustment(request: Request) -> Adjustment:
    named = request.query.get("adjustment", Adjustment.RAW)
    try:
        return Adjustment(named)
    except ValueError as error:
        raise unreadable(f"adjustment is none of {', '.join(Adjustment)}: {named}") from error
