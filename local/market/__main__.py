"""Runs the simulated market: `python -m local.market --port 4580`."""

from __future__ import annotations

import argparse
import signal
import sys
from datetime import date

from local.market.address import HOST
from local.market.broker import Broker
from local.market.hours import trading_moment
from local.market.prices import Prices
from local.market.server import make_server


def main() -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m local.market", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--date", type=date.fromisoformat, default=None, help="day to begin with")
    options = parser.parse_args()
    prices = Prices.read()
    begin = options.date or prices.days[-1]
    broker = Broker.opened(prices, trading_moment(begin))
    server = make_server(broker, options.port)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print(f"market at http://{HOST}:{server.server_port}", flush=True)
    with server:
        server.serve_forever()


if __name__ == "__main__":
    main()
