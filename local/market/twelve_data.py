"""Twelve Data's daily time series, as a second source of the same closes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from local.market.bars import Bar, bars_between
from local.market.broker import Broker
from local.market.prices import NoPriceError
from local.market.requests import Request
from local.market.routing import Routes

ROUTES = Routes()
_LONG_AGO = date(1970, 1, 1)


@ROUTES.on("GET", r"/time_series")
def _time_series(broker: Broker, request: Request) -> Any:
    symbol = request.query.get("symbol", "")
    yesterday = broker.tape.today - timedelta(days=1)
    first, last = request.day("start_date", _LONG_AGO), request.day("end_date", yesterday)
    size = request.count("outputsize", 30)
    try:
        found = bars_between(
            broker.tape.prices, symbol, first, min(last, yesterday), broker.tape.known_restatements
        )
        newest_first = list(found)[::-1][:size]
    except NoPriceError:
        message = f"**symbol** not found: {symbol}"
        return {"code": 404, "message": message, "status": "error"}
    return {
        "meta": {
            "symbol": symbol,
            "interval": "1day",
            "currency": "USD",
            "exchange_timezone": "America/New_York",
            "exchange": "NYSE",
            "type": "Common Stock",
        },
        "values": [_value(bar) for bar in newest_first],
        "status": "ok",
    }


def _value(bar: Bar) -> dict[str, str]:
    return {
        "datetime": bar.day.isoformat(),
        "open": str(bar.open),
        "high": str(bar.high),
        "low": str(bar.low),
        "close": str(bar.close),
        "volume": "1000000",
    }
