from __future__ import annotations

import json
import threading
import urllib.request
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from local.market.address import HOST
from local.market.exchange import NEW_YORK, TRADES_AT, Exchange
from local.market.prices import Prices
from local.market.server import make_server
from the_alchemiser.shared.broker_alpaca import AlpacaBroker, connect
from the_alchemiser.shared.broker_patience import Patience

DAY = date(2022, 3, 15)


@pytest.fixture(scope="session")
def prices() -> Prices:
    return Prices.read()


@pytest.fixture
def exchange(prices: Prices) -> Exchange:
    return Exchange(prices=prices, now=datetime.combine(DAY, TRADES_AT, NEW_YORK))


@pytest.fixture
def market(exchange: Exchange) -> Iterator[str]:
    server = make_server(exchange, 0)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://{HOST}:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def broker(market: str) -> Iterator[AlpacaBroker]:
    patience = Patience(attempts=3, first_wait_s=0, longest_wait_s=0)
    made = connect(key="k", secret="s", endpoint=market, data_endpoint=market, patience=patience)
    yield made
    for client in (made._trading, made._data):
        client._session.close()


@pytest.fixture
def steer(market: str) -> Callable[..., Any]:
    def call(path: str, /, **body: object) -> Any:
        request = urllib.request.Request(
            f"{market}/_sim/{path}",
            data=json.dumps(body, default=str).encode() if body else None,
            method="POST" if body else "GET",
        )
        with urllib.request.urlopen(request, timeout=5) as reply:
            return json.load(reply, parse_float=Decimal)

    return call
