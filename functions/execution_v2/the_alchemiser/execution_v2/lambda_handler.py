"""Entry point of the execution function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

from the_alchemiser.execution_v2 import bootstrap
from the_alchemiser.execution_v2.commands import sweep_in, trade_in
from the_alchemiser.execution_v2.sweeper import Sweeper
from the_alchemiser.execution_v2.trade_executor import TradeExecutor
from the_alchemiser.shared.batch import is_batch, run_in_order
from the_alchemiser.shared.handling import FailureReporter, Response, done, respond
from the_alchemiser.shared.sweep_request import SweepRequest
from the_alchemiser.shared.trade_message import TradeMessage


def lambda_handler(event: object, context: object) -> Response:
    """Execute each trade on the queue, or sweep up after those that died."""
    return handle(event, bootstrap.executor, bootstrap.sweeper, bootstrap.failures)


def handle(
    event: object,
    executor: Callable[[], TradeExecutor],
    sweeper: Callable[[], Sweeper],
    failures: Callable[[], FailureReporter],
) -> Response:
    """Do it with an executor or a sweeper that is made when it is needed."""

    def execute(message: TradeMessage) -> None:
        executor().execute(message)

    def sweep(_request: SweepRequest) -> Response:
        return done(status="swept", **asdict(sweeper().sweep()))

    if is_batch(event):
        return run_in_order(event, trade_in, execute)
    return respond(event, decode=sweep_in, act=sweep, failures=failures)
