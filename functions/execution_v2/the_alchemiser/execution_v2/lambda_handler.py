"""Entry point of the execution function."""

from __future__ import annotations

from dataclasses import asdict

from the_alchemiser.execution_v2 import bootstrap
from the_alchemiser.execution_v2.commands import sweep_in, trade_in
from the_alchemiser.shared.batch import is_batch, run_in_order
from the_alchemiser.shared.handling import Response, done, respond
from the_alchemiser.shared.sweep_request import SweepRequest
from the_alchemiser.shared.trade_message import TradeMessage


def lambda_handler(event: object, context: object) -> Response:
    """Execute each trade on the queue, or sweep up after those that died."""
    if is_batch(event):
        return run_in_order(event, trade_in, _execute)
    return respond(event, decode=sweep_in, act=_sweep, failures=bootstrap.failures)


def _execute(message: TradeMessage) -> None:
    bootstrap.executor().execute(message)


def _sweep(request: SweepRequest) -> Response:
    return done(status="swept", **asdict(bootstrap.sweeper().sweep()))
