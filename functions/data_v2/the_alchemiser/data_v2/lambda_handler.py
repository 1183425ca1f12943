"""Entry point of the data function."""

from __future__ import annotations

from collections.abc import Callable

from the_alchemiser.data_v2 import bootstrap
from the_alchemiser.data_v2.bootstrap import Data
from the_alchemiser.data_v2.inputs import Refresh, decode
from the_alchemiser.data_v2.responses import fetch_response, refresh_response
from the_alchemiser.shared.events.data import MarketDataFetchRequested
from the_alchemiser.shared.handling import FailureReporter, Response, respond
from the_alchemiser.shared.market_data_budget import TimeBudget


def lambda_handler(event: object, context: object) -> Response:
    """Bring stored bars up to date: all of them on schedule, or one that was asked for."""
    return handle(event, context, bootstrap.data, bootstrap.failures)


def handle(
    event: object,
    context: object,
    data: Callable[[], Data],
    failures: Callable[[], FailureReporter],
) -> Response:
    """Do it with use cases that are put together when the event was understood."""
    budget = TimeBudget.of(context)

    def act(asked: Refresh | MarketDataFetchRequested) -> Response:
        if isinstance(asked, MarketDataFetchRequested):
            return fetch_response(data().requested_fetch.run(asked))
        return refresh_response(asked.correlation_id, data().daily_refresh.run(asked, budget))

    return respond(event, decode=decode, act=act, failures=failures)
