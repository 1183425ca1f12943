"""Entry point of metrics."""

from __future__ import annotations

from collections.abc import Callable

from the_alchemiser.metrics_v2 import bootstrap
from the_alchemiser.metrics_v2.command import decode
from the_alchemiser.metrics_v2.service import Metrics
from the_alchemiser.shared.events.trades import TradeExecuted
from the_alchemiser.shared.handling import FailureReporter, Response, done, respond


def lambda_handler(event: object, context: object) -> Response:
    """Publish the gauges of every strategy that a trade touched."""
    return handle(event, bootstrap.metrics, bootstrap.failures)


def handle(
    event: object,
    metrics: Callable[[], Metrics],
    failures: Callable[[], FailureReporter],
) -> Response:
    """Do it with a use case that is put together when the event was understood."""

    def act(executed: TradeExecuted) -> Response:
        return _act(metrics(), executed)

    return respond(event, decode=decode, act=act, failures=failures)


def _act(metrics: Metrics, executed: TradeExecuted) -> Response:
    return done(status="published", values=metrics.update(executed))
