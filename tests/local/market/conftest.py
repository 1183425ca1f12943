from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from local.market.broker import Broker
from local.market.prices import Prices
from tests.simulated_market import opened, real_prices, served
from the_alchemiser.shared.broker_alpaca import AlpacaBroker, connect
from the_alchemiser.shared.broker_patience import Patience

DAY = date(2022, 3, 15)


@pytest.fixture(scope="session")
def prices() -> Prices:
    return real_prices()


@pytest.fixture
def simulated() -> Broker:
    return opened(DAY)


@pytest.fixture
def market(simulated: Broker) -> Iterator[str]:
    with served(simulated) as address:
        yield address


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
        with urllib.request.urlopen(request, timeout=120) as reply:
            return json.load(reply, parse_float=Decimal)

    return call
