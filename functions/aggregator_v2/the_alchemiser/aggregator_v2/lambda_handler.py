"""Entry point of the aggregator."""

from __future__ import annotations

from collections.abc import Callable

from the_alchemiser.aggregator_v2 import bootstrap
from the_alchemiser.aggregator_v2.command import decode
from the_alchemiser.aggregator_v2.service import Aggregator
from the_alchemiser.shared.events.envelope import DomainEvent
from the_alchemiser.shared.events.signals import PartialSignalGenerated
from the_alchemiser.shared.events.trades import AllTradesCompleted
from the_alchemiser.shared.events.workflow import WorkflowFailed
from the_alchemiser.shared.handling import FailureReporter, Response, done, respond
from the_alchemiser.shared.sweep_request import SweepRequest


def lambda_handler(event: object, context: object) -> Response:
    """Collect a partial signal, hear how the run went, or end what hangs."""
    return handle(event, bootstrap.aggregator, bootstrap.failures)


def handle(
    event: object,
    aggregator: Callable[[], Aggregator],
    failures: Callable[[], FailureReporter],
) -> Response:
    """Do it with a use case that is put together when the event was understood."""

    def act(message: DomainEvent | SweepRequest) -> Response:
        return _act(aggregator(), message)

    return respond(event, decode=decode, act=act, failures=failures)


def _act(aggregator: Aggregator, message: DomainEvent | SweepRequest) -> Response:
    match message:
        case PartialSignalGenerated():
            progress, session = aggregator.collect(message)
            return done(
                status=progress.value,
                session_id=session.session_id,
                completed_strategies=session.completed,
                total_strategies=len(session.allocations),
            )
        case WorkflowFailed():
            aggregator.hear_of_failure(message)
        case AllTradesCompleted():
            aggregator.hear_of_end(message)
        case _:
            return done(status="swept", sessions_ended=aggregator.expire())
    return done(status="noted", correlation_id=message.correlation_id)
