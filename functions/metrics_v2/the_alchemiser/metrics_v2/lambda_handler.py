"""Entry point of metrics."""

from __future__ import annotations

from the_alchemiser.metrics_v2.bootstrap import failures, metrics
from the_alchemiser.metrics_v2.command import decode
from the_alchemiser.shared.events.trades import TradeExecuted
from the_alchemiser.shared.handling import Response, done, respond


def lambda_handler(event: object, context: object) -> Response:
    """Publish the gauges of every strategy that a trade touched."""
    return respond(event, decode=decode, act=_act, failures=failures)


def _act(executed: TradeExecuted) -> Response:
    return done(status="published", values=metrics().update(executed))
