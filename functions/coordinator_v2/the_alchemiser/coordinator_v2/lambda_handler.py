"""Entry point of the coordinator."""

from __future__ import annotations

from collections.abc import Callable

from the_alchemiser.coordinator_v2 import bootstrap
from the_alchemiser.coordinator_v2.command import RunRequest, decode
from the_alchemiser.coordinator_v2.service import Coordinator
from the_alchemiser.shared.errors import RunRefused
from the_alchemiser.shared.handling import FailureReporter, Response, done, refused, respond


def lambda_handler(event: object, context: object) -> Response:
    """Open the day's session and start its workers."""
    return handle(event, context, bootstrap.coordinator, bootstrap.failures)


def handle(
    event: object,
    context: object,
    coordinator: Callable[[], Coordinator],
    failures: Callable[[], FailureReporter],
) -> Response:
    """Do it with a use case that is put together when the event was understood."""
    request_id = getattr(context, "aws_request_id", None)

    def act(request: RunRequest) -> Response:
        return _start(coordinator(), request)

    return respond(
        event, decode=lambda given: decode(given, request_id), act=act, failures=failures
    )


def _start(coordinator: Coordinator, request: RunRequest) -> Response:
    try:
        dispatch = coordinator.start(request)
    except RunRefused as refusal:
        return refused(refusal)
    session = dispatch.session
    return done(
        status="dispatched" if dispatch.started else f"already_{session.status.value.lower()}",
        session_id=session.session_id,
        correlation_id=session.session_id,
        as_of=session.as_of.isoformat(),
        strategies_invoked=len(dispatch.started),
        strategy_files=list(dispatch.started),
        timeout_at=session.timeout_at.isoformat(),
    )
