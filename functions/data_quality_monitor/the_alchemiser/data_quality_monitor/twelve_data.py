"""Twelve Data as the second source; importing this imports requests.

Its official client is not used: making one sends a request of its own, whose failure it does not
handle, and it puts the key into the address, which errors then quote.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from http import HTTPStatus
from typing import Any

import requests

from the_alchemiser.data_quality_monitor.ports import Pause
from the_alchemiser.shared.broker_patience import Patience
from the_alchemiser.shared.errors import (
    AlchemiserError,
    ConfigurationError,
    DataUnavailable,
    TransientError,
)

LARGEST_OUTPUT = 5_000
"""Rows that one answer may have: https://twelvedata.com/docs#time-series"""

ADJUSTMENT = "all"
"""For splits and dividends, as the stored closes are; unasked, it restates for splits alone:
https://twelvedata.com/docs#time-series"""

TIMEOUT_S = (3.05, 10.0)
PATIENCE = Patience(attempts=3, first_wait_s=0.6, longest_wait_s=5.0)

REFUSED_KEY = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
UNKNOWN_SYMBOL = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND})


class TwelveDataCloses:
    """Asks for daily closes, never faster than the plan allows."""

    def __init__(
        self, session: requests.Session, endpoint: str, pace: Pause, patience: Patience = PATIENCE
    ) -> None:
        self._session = session
        self._endpoint = endpoint
        self._pace = pace
        self._patience = patience

    def closes(self, symbol: str, first: date, last: date) -> Mapping[date, float]:
        """Fetch the closes of these days."""
        rows = self._patience.call(lambda: self._once(symbol, first, last))
        return dict(_close(symbol, row) for row in rows)

    def _once(self, symbol: str, first: date, last: date) -> list[Any]:
        self._pace.wait()
        params: dict[str, str | int] = {
            "symbol": symbol,
            "interval": "1day",
            "start_date": first.isoformat(),
            "end_date": f"{last.isoformat()} 23:59:59",
            "outputsize": LARGEST_OUTPUT,
            "timezone": "UTC",
            "adjust": ADJUSTMENT,
        }
        try:
            address = f"{self._endpoint}/time_series"
            with self._session.get(address, params=params, timeout=TIMEOUT_S) as response:
                status, answer = response.status_code, response.json()
        except requests.RequestException as error:
            raise TransientError(
                f"closes of {symbol}: no usable answer from Twelve Data ({type(error).__name__})"
            ) from error
        return _rows(symbol, status, answer)


def connect(*, api_key: str, endpoint: str, pace: Pause) -> TwelveDataCloses:
    """Make a source for one base URL; no request is sent yet."""
    session = requests.Session()
    session.headers["Authorization"] = f"apikey {api_key}"
    return TwelveDataCloses(session, endpoint.rstrip("/"), pace)


def _rows(symbol: str, status: int, answer: Any) -> list[Any]:
    # An error may come with status 200 and its own code in the body.
    body = answer if isinstance(answer, Mapping) else {}
    code = body.get("code", status)
    if code == HTTPStatus.OK and isinstance(body.get("values"), list):
        return list(body["values"])
    raise _refusal(symbol, code)


def _refusal(symbol: str, code: object) -> AlchemiserError:
    if code in REFUSED_KEY:
        return ConfigurationError("Twelve Data refused the API key: put a valid one in the secret")
    if code in UNKNOWN_SYMBOL:
        return DataUnavailable(symbol, "Twelve Data has no such symbol or no bars of these days")
    return TransientError(f"closes of {symbol}: Twelve Data answered {code}")


def _close(symbol: str, row: Any) -> tuple[date, float]:
    try:
        return date.fromisoformat(str(row["datetime"])[:10]), float(row["close"])
    except (KeyError, TypeError, ValueError) as error:
        raise DataUnavailable(symbol, "Twelve Data sent an unusable row") from error
