"""Entry point of the strategy worker."""

from __future__ import annotations

from the_alchemiser.shared.handling import Response, done, respond
from the_alchemiser.strategy_v2.bootstrap import failures, worker
from the_alchemiser.strategy_v2.request import EvaluateStrategy, decode


def lambda_handler(event: object, context: object) -> Response:
    """Evaluate one strategy file and publish its partial signal."""
    return respond(event, decode=decode, act=_evaluate, failures=failures)


def _evaluate(request: EvaluateStrategy) -> Response:
    signal = worker().evaluate(request)
    return done(
        status="success",
        session_id=signal.session_id,
        correlation_id=signal.correlation_id,
        dsl_file=signal.dsl_file,
        signal_count=signal.signal_count,
    )
