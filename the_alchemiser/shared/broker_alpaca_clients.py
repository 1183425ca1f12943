"""Alpaca's own clients, made to send each request once and to wait for no answer for ever.

Whoever asks decides how often (broker_patience); alpaca-py has no timeout of its own.
"""

from __future__ import annotations

from typing import Any

from alpaca.common.rest import RESTClient
from alpaca.data.historical.corporate_actions import CorporateActionsClient
from alpaca.data.historical.stock import StockHistoricalDataClient
from alpaca.trading.client import TradingClient

CONNECT_TIMEOUT_S = 3.05
READ_TIMEOUT_S = 8.0


class OneAttempt(RESTClient):
    """Sends each request once and with a timeout: alpaca-py has none, and pauses 3 s unjittered."""

    def _one_request(self, method: str, url: str, opts: dict[str, Any], retry: int) -> Any:
        timed = {**opts, "timeout": (CONNECT_TIMEOUT_S, READ_TIMEOUT_S)}
        return super()._one_request(method, url, timed, 0)


class TradingApi(OneAttempt, TradingClient):
    """Alpaca's trading API, one attempt a call."""


class DataApi(OneAttempt, StockHistoricalDataClient):
    """Alpaca's market-data API, one attempt a call."""


class ActionsApi(OneAttempt, CorporateActionsClient):
    """Alpaca's feed of corporate actions, one attempt a call."""
