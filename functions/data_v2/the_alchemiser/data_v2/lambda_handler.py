"""Entry point of the data function."""

from __future__ import annotations

from the_alchemiser.data_v2.bootstrap import daily_refresh, failures, requested_fetch
from the_alchemiser.data_v2.inputs import Refresh, decode
from the_alchemiser.data_v2.responses import fetch_response, refresh_response
from the_alchemiser.shared.events.data import MarketDataFetchRequested
from the_alchemiser.shared.handling import Response, respond
from the_alchemiser.shared.market_data_budget import TimeBudget


def lambda_handler(event: object, context: object) -> Response:
    """Bring stored bars up to date: all of them on schedule, or one that was asked for."""
    budget = TimeBudget.of(context)

    def act(asked: Refresh | MarketDataFetchRequested) -> Response:
        if isinstance(asked, MarketDataFetchRequested):
            return fetch_response(requested_fetch().run(asked))
        return refresh_response(asked.correlation_id, daily_refresh().run(asked, budget))

    return respond(event, decode=decode, act=act, failures=failures)
