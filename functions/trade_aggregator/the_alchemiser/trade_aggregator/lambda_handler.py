"""Entry point of the trade aggregator."""

from __future__ import annotations

from collections.abc import Callable

from the_alchemiser.shared.events.envelope import DomainEvent
from the_alchemiser.shared.events.portfolio import RebalancePlanned
from the_alchemiser.shared.events.trades import TradeExecuted
from the_alchemiser.shared.handling import FailureReporter, Response, done, respond
from the_alchemiser.shared.sweep_request import SweepRequest
from the_alchemiser.trade_aggregator import bootstrap
from the_alchemiser.trade_aggregator.command import decode
from the_alchemiser.trade_aggregator.service import TradeAggregator


def lambda_handler(event: object, context: object) -> Response:
    """Conclude a run when its last trade is decided, or when there was none to make."""
    return handle(event, bootstrap.trade_aggregator, bootstrap.failures)


def handle(
    event: object,
    trade_aggregator: Callable[[], TradeAggregator],
    failures: Callable[[], FailureReporter],
) -> Response:
    """Do it with a use case that is put together when the event was understood."""

    def act(message: DomainEvent | SweepRequest) -> Response:
        return _act(trade_aggregator(), message)

    return respond(event, decode=decode, act=act, failures=failures)


def _act(trade_aggregator: TradeAggregator, message: DomainEvent | SweepRequest) -> Response:
    match message:
        case TradeExecuted():
            progress = trade_aggregator.hear_trade(message)
        case RebalancePlanned():
            progress = trade_aggregator.hear_plan(message)
        case _:
            return done(status="swept", runs_finished=trade_aggregator.finish_runs())
    return done(status=progress.value, correlation_id=message.correlation_id)
