"""Twelve Data's daily time series, as a second source of the same closes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from local.market.bars import Adjustment, Bar, bars_between
from local.market.broker import Broker
from local.market.prices import NoPriceError
from local.market.requests import Request
from local.market.routing import Routes

ROUTES = Routes()
_LONG_AGO = date(1970, 1, 1)
ADJUSTMENTS = {
    "all": Adjustment.ALL,
    "splits": Adjustment.SPLIT,
    "dividends": Adjustment.DIVIDEND,
    "none": Adjustment.RAW,
}
"""By what the vendor calls them, splits unless asked: https://twelvedata.com/docs#time-series"""


@ROUTES.on("GET", r"/time_series")
def _time_series(broker: Broker, request: Request) -> Any:
    symbol = request.query.get("symbol", "")
    yesterday = broker.tape.today - timedelta(days=1)
    first, last = request.day("start_date", _LONG_AGO), request.day("end_date", yesterday)
    size = request.count("outputsize", 30)
    adjustment = ADJUSTMENTS.get(request.query.get("adjust", "splits"))
    if adjustment is None:
        return _error(400, "**adjust** is none of all, splits, dividends, none")
    events = broker.tape.known_restatements
    try:
        found = bars_between(
            broker.tape.prices, symbol, first, min(last, yesterday), events, adjustment
        )
        newest_first = list(found)[::-1][:size]
    except NoPriceError:
        return _error(404, f"**symbol** not found: {symbol}")
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


def _error(code: int, message: str) -> dict[str, object]:
    return {"code": code, "message": message, "status": "error"}


def _value(bar: Bar) -> dict[str, str]:
    return {
        "datetime": bar.day.isoformat(),
        "open": str(bar.open),
        "high": str(bar.high),
        "low": str(bar.low),
        "close": str(bar.close),
        "volume": "1000000",
    }
