"""The one simulated market, opened for a test and served on the loopback address."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache

from local.market.address import HOST
from local.market.broker import Broker
from local.market.hours import trading_moment
from local.market.prices import Prices
from local.market.server import make_server
from the_alchemiser.shared.broker import Broker as BrokerPort
from the_alchemiser.shared.broker import Quote


@cache
def real_prices() -> Prices:
    """Read the closes that the project ships, once."""
    return Prices.read()


def opened(day: date) -> Broker:
    """Open an account on a day, a quarter of an hour before the close."""
    return Broker.opened(real_prices(), trading_moment(day))


@contextmanager
def served(broker: Broker) -> Iterator[str]:
    """Serve the market and give its address."""
    server = make_server(broker, 0)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def quote_of(broker: BrokerPort, symbol: str) -> Quote:
    """Read a symbol's quote as the product does."""
    quote = broker.views([symbol])[symbol].quote
    assert quote is not None
    return quote
