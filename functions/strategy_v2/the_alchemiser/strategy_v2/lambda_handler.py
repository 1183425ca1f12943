"""Entry point of the strategy worker."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from the_alchemiser.shared.handling import FailureReporter, Response, done, respond
from the_alchemiser.strategy_v2 import bootstrap
from the_alchemiser.strategy_v2.request import EvaluateStrategy, decode

if TYPE_CHECKING:
    from the_alchemiser.strategy_v2.service import StrategyWorker


def lambda_handler(event: object, context: object) -> Response:
    """Evaluate one strategy file and publish its partial signal."""
    return handle(event, bootstrap.worker, bootstrap.failures)


def handle(
    event: object, worker: Callable[[], StrategyWorker], failures: Callable[[], FailureReporter]
) -> Response:
    """Do it with a worker that is put together when the event was understood."""

    def act(request: EvaluateStrategy) -> Response:
        return _evaluate(worker(), request)

    return respond(event, decode=decode, act=act, failures=failures)


def _evaluate(worker: StrategyWorker, request: EvaluateStrategy) -> Response:
    signal = worker.evaluate(request)
    return done(
        status="success",
        session_id=signal.session_id,
        correlation_id=signal.correlation_id,
        dsl_file=signal.dsl_file,
        signal_count=signal.signal_count,
    )
