"""What every handler does around its work: decode, act, and tell of a failure exactly once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from the_alchemiser.shared.errors import AlchemiserError, InvalidEvent, RunRefused, TransientError
from the_alchemiser.shared.events.envelope import EventStamp
from the_alchemiser.shared.events.publish import EventPublisher
from the_alchemiser.shared.events.workflow import RunPart, WorkflowFailed
from the_alchemiser.shared.health import health, is_health_event
from the_alchemiser.shared.logs import (
    bind_run,
    configure_from_environment,
    get_logger,
    unbind_run,
)

Response = dict[str, Any]

MAX_REASON = 1000
MAX_DETAIL = 10_000
"""Characters of one detail: news of a failure that no bus takes would reach nobody."""
"""Characters of a failure's reason that are passed on."""


class Caused(Protocol):
    """Any input that belongs to a run: a domain event or a command."""

    @property
    def correlation_id(self) -> str:
        """Id of the whole run."""
        ...

    @property
    def cause_id(self) -> str:
        """Id that becomes the causation id of what follows."""
        ...


Input = TypeVar("Input", bound=Caused)


@dataclass(frozen=True, kw_only=True, slots=True)
class FailureReporter:
    """Publishes WorkflowFailed in the name of one function."""

    publisher: EventPublisher
    stamp: EventStamp
    workflow_type: str
    failure_step: str
    ends: RunPart | None = None
    """What of its run a failure of this function ends."""

    def report(self, error: Exception, cause: Caused, step: str | None = None) -> WorkflowFailed:
        """Publish the failure; for the same cause and step it carries the same id again."""
        step = step or self.failure_step
        details = error.details if isinstance(error, AlchemiserError) else {}
        envelope = self.stamp.derived(
            "workflow-failed", cause.correlation_id, f"{cause.cause_id}/{step}"
        )
        event = WorkflowFailed(
            **{**envelope, "causation_id": cause.cause_id},
            workflow_type=self.workflow_type,
            failure_reason=str(error)[:MAX_REASON] or type(error).__name__,
            failure_step=step,
            ends=self.ends,
            error_details={"exception_type": type(error).__name__, **_plain(details)},
        )
        self.publisher.publish(event)
        return event


def respond(
    event: object,
    *,
    decode: Callable[[object], Input],
    act: Callable[[Input], Response],
    failures: Callable[[], FailureReporter],
) -> Response:
    """Answer one invocation.

    Input that breaks its contract is refused with 400 and touches nothing. A permanent failure is
    published and answered with 500. A transient one propagates, so that the event is delivered
    again; so does a defect, after it was published. A failure to handle the news of a failure
    propagates unpublished, or it would go round for ever.
    """
    configure_from_environment()
    unbind_run()
    if is_health_event(event):
        return health(event, failures.__module__.rpartition(".")[0])
    try:
        message = decode(event)
    except InvalidEvent as error:
        return rejected(error)
    bind_run(message.correlation_id, message.cause_id)
    get_logger().debug("received", kind=type(message).__name__)
    return _acted(message, act, failures)


def _acted(
    message: Input, act: Callable[[Input], Response], failures: Callable[[], FailureReporter]
) -> Response:
    try:
        return act(message)
    except InvalidEvent as error:
        return rejected(error)
    except TransientError as error:
        get_logger().warning("transient_failure", reason=str(error)[:MAX_REASON])
        raise
    except Exception as error:
        is_defect = not isinstance(error, AlchemiserError)
        get_logger().error(
            "defect" if is_defect else "failed",
            error_type=type(error).__name__,
            reason=str(error)[:MAX_REASON],
            exc_info=is_defect,
        )
        if isinstance(message, WorkflowFailed):
            raise
        failures().report(error, message)
        if is_defect:
            raise
        return failed(error)


def rejected(error: InvalidEvent) -> Response:
    """Answer input that is not what the function takes."""
    reason = str(error)[:MAX_REASON]
    get_logger().error("rejected", error_type="InvalidEvent", reason=reason)
    return _answer(400, status="rejected", error_type="InvalidEvent", reason=reason)


def failed(error: Exception) -> Response:
    """Answer that the work failed for good."""
    reason = str(error)[:MAX_REASON]
    return _answer(500, status="failed", error_type=type(error).__name__, reason=reason)


def refused(error: RunRefused) -> Response:
    """Answer that another run is in the way; that is no failure, so nothing is published."""
    get_logger().warning("refused", reason=str(error)[:MAX_REASON])
    return _answer(409, status="refused", error_type="RunRefused", reason=str(error))


def done(**body: object) -> Response:
    """Answer that the work was done."""
    return _answer(200, **body)


def _answer(status_code: int, **body: object) -> Response:
    return {"statusCode": status_code, "body": body}


def _plain(details: Mapping[str, object]) -> dict[str, object]:
    return {key: _plain_value(value) for key, value in details.items()}


def _plain_value(value: object) -> object:
    if value is None or isinstance(value, int):
        return value
    return str(value)[:MAX_DETAIL]
