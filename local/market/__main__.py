"""Runs the simulated market: `python -m local.market --port 4580`."""

from __future__ import annotations

import signal
import sys
from datetime import datetime

import click

from command_line.ending import Ending, invoke
from command_line.lazy_group import HELPING
from local.market.address import HOST
from local.market.broker import Broker
from local.market.hours import trading_moment
from local.market.prices import Prices
from local.market.server import make_server


@click.command("python -m local.market", context_settings=HELPING)
@click.option("--port", default=0, help="0 takes a free one")
@click.option("--date", type=click.DateTime(["%Y-%m-%d"]), help="day to begin with")
def serve(port: int, date: datetime | None) -> int:
    """Serve the simulated market until told to stop."""
    prices = Prices.read()
    begin = date.date() if date else prices.days[-1]
    broker = Broker.opened(prices, trading_moment(begin))
    server = make_server(broker, port)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print(f"market at http://{HOST}:{server.server_port}", flush=True)
    with server:
        server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(Ending().of(lambda: invoke(serve, sys.argv[1:])))
