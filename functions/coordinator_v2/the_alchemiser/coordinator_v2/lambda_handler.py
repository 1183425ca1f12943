"""Entry point of the coordinator."""

from __future__ import annotations

from the_alchemiser.coordinator_v2.bootstrap import coordinator, failures
from the_alchemiser.coordinator_v2.command import RunRequest, decode
from the_alchemiser.shared.errors import RunRefused
from the_alchemiser.shared.handling import Response, done, refused, respond


def lambda_handler(event: object, context: object) -> Response:
    """Open the day's session and start its workers."""
    request_id = getattr(context, "aws_request_id", None)
    return respond(
        event, decode=lambda given: decode(given, request_id), act=_start, failures=failures
    )


def _start(request: RunRequest) -> Response:
    try:
        dispatch = coordinator().start(request)
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
