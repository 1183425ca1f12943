"""Alpaca's daily bars; importing this imports alpaca-py and with it pandas."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from alpaca.data.enums import Adjustment
from alpaca.data.requests import StockBarsRequest
from alpaca.data.timeframe import TimeFrame

from the_alchemiser.data_v2.pace import Pace
from the_alchemiser.shared.broker_alpaca_clients import DataApi
from the_alchemiser.shared.broker_alpaca_errors import translated
from the_alchemiser.shared.broker_errors import TooManyRequests
from the_alchemiser.shared.broker_patience import Patience
from the_alchemiser.shared.errors import DataUnavailable
from the_alchemiser.shared.market_data import Bar

PATIENCE = Patience(attempts=4, first_wait_s=0.6, longest_wait_s=5.0, hold_limit_s=0)


class AlpacaBars:
    """Asks for adjusted daily bars, with retries and never faster than the rate limit."""

    def __init__(self, api: DataApi, pace: Pace, patience: Patience = PATIENCE) -> None:
        self._api = api
        self._pace = pace
        self._patience = patience

    def bars(self, symbol: str, first: date, last: date) -> Sequence[Bar]:
        """Fetch the bars of these days, oldest first; empty when there are none."""
        if first > last:
            return ()
        request = StockBarsRequest(
            symbol_or_symbols=symbol,
            timeframe=TimeFrame.Day,
            start=datetime.combine(first, time.min, UTC),
            end=datetime.combine(last, time.max, UTC),
            adjustment=Adjustment.ALL,
        )
        rows = self._patience.call(lambda: self._once(symbol, request))
        bars = [bar_of(symbol, row) for row in rows]
        days = {bar.day: bar for bar in bars if first <= bar.day <= last}
        return [days[day] for day in sorted(days)]

    def _once(self, symbol: str, request: StockBarsRequest) -> list[Any]:
        self._pace.wait()
        try:
            with translated(f"bars of {symbol}"):
                answer: Any = self._api.get_stock_bars(request)
                return list(answer.get(symbol) or ())
        except TooManyRequests as error:
            self._pace.hold(error.opens_at_s)
            raise


def connect(*, key: str, secret: str, endpoint: str, pace: Pace) -> AlpacaBars:
    """Make a vendor for one base URL; no request is sent yet."""
    return AlpacaBars(DataApi(key, secret, raw_data=True, url_override=endpoint.rstrip("/")), pace)


def bar_of(symbol: str, row: Any) -> Bar:
    """Read one raw bar; what has no usable day or price is refused."""
    try:
        return Bar(
            # Alpaca stamps a daily bar with midnight in New York: the same date in UTC.
            day=date.fromisoformat(row["t"][:10]),
            open=float(row["o"]),
            high=float(row["h"]),
            low=float(row["l"]),
            close=float(row["c"]),
            volume=float(row["v"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise DataUnavailable(symbol, f"the vendor sent an unusable bar: {error!r}") from error
