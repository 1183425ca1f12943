"""Around every handler: rejected input touches nothing, failures are told once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import pytest

from tests.fakes import RecordingPublisher, reporter, stamp
from the_alchemiser.shared.errors import (
    DataUnavailable,
    InvalidEvent,
    PermanentError,
    RunRefused,
    TransientError,
)
from the_alchemiser.shared.events.workflow import WorkflowFailed
from the_alchemiser.shared.handling import MAX_REASON, Response, done, refused, respond


@dataclass(frozen=True)
class Command:
    correlation_id: str = "workflow-1"
    cause_id: str = "event-1"


@pytest.fixture
def publisher() -> Iterator[RecordingPublisher]:
    yield RecordingPublisher()


def answer(publisher: RecordingPublisher, outcome: object) -> Response:
    def act(message: Command) -> Response:
        if isinstance(outcome, Exception):
            raise outcome
        return done(status=outcome)

    return respond({"x": 1}, decode=lambda event: Command(), act=act, failures=reporter(publisher))


def failures(publisher: RecordingPublisher) -> list[WorkflowFailed]:
    return [event for event in publisher.events if isinstance(event, WorkflowFailed)]


def test_answers_what_was_done(publisher: RecordingPublisher) -> None:
    assert answer(publisher, "ok") == {"statusCode": 200, "body": {"status": "ok"}}
    assert publisher.events == []


def test_a_health_event_is_answered_before_anything_else(publisher: RecordingPublisher) -> None:
    def never(event: object) -> Command:
        raise AssertionError

    answered = respond(
        {"action": "health"},
        decode=never,
        act=lambda message: done(),
        failures=reporter(publisher),
    )
    assert answered == {"status": "healthy"}


def test_input_that_cannot_be_decoded_is_rejected(publisher: RecordingPublisher) -> None:
    def decode(event: object) -> Command:
        raise InvalidEvent("expected an object, found a list" + "x" * 5000)

    def never(message: Command) -> Response:
        raise AssertionError

    answered = respond([], decode=decode, act=never, failures=reporter(publisher))
    assert answered["statusCode"] == 400
    assert answered["body"]["status"] == "rejected"
    assert answered["body"]["error_type"] == "InvalidEvent"
    assert len(answered["body"]["reason"]) == MAX_REASON
    assert publisher.events == []


def test_a_contract_broken_further_in_is_rejected_too(publisher: RecordingPublisher) -> None:
    assert answer(publisher, InvalidEvent("no run_id"))["statusCode"] == 400
    assert publisher.events == []


def test_a_permanent_failure_is_published_and_answered(publisher: RecordingPublisher) -> None:
    assert answer(publisher, DataUnavailable("SPY")) == {
        "statusCode": 500,
        "body": {
            "status": "failed",
            "error_type": "DataUnavailable",
            "reason": "SPY: no bars are stored",
        },
    }
    (failure,) = failures(publisher)
    assert failure.workflow_type == "test_workflow"
    assert failure.failure_step == "test_step"
    assert failure.failure_reason == "SPY: no bars are stored"
    assert failure.error_details == {
        "exception_type": "DataUnavailable",
        "symbol": "SPY",
        "reason": "no bars are stored",
    }
    assert failure.correlation_id == "workflow-1"
    assert failure.causation_id == "event-1"


def test_the_same_failure_has_the_same_id_again(publisher: RecordingPublisher) -> None:
    answer(publisher, PermanentError("no"))
    answer(publisher, PermanentError("no"))
    assert len({event.event_id for event in publisher.events}) == 1


def test_a_transient_failure_propagates_untold(publisher: RecordingPublisher) -> None:
    with pytest.raises(TransientError):
        answer(publisher, TransientError("throttled"))
    assert publisher.events == []


def test_a_defect_is_told_and_propagates(publisher: RecordingPublisher) -> None:
    with pytest.raises(ZeroDivisionError):
        answer(publisher, ZeroDivisionError())
    (failure,) = failures(publisher)
    assert failure.failure_reason == "ZeroDivisionError"
    assert failure.error_details["exception_type"] == "ZeroDivisionError"


@pytest.mark.parametrize("error", [PermanentError("no"), ZeroDivisionError()])
def test_failing_on_the_news_of_a_failure_makes_no_more_news(
    publisher: RecordingPublisher, error: Exception
) -> None:
    news = WorkflowFailed(
        **stamp().stamp("workflow-failed", "workflow-1", "x"),
        workflow_type="w",
        failure_reason="r",
        failure_step="s",
    )

    def act(message: WorkflowFailed) -> Response:
        raise error

    with pytest.raises(type(error)):
        respond({}, decode=lambda event: news, act=act, failures=reporter(publisher))
    assert publisher.events == []


def test_details_that_are_no_json_are_told_as_text(publisher: RecordingPublisher) -> None:
    answer(publisher, PermanentError("no", details={"limit": Decimal("1.5"), "n": 1, "x": None}))
    assert failures(publisher)[0].error_details == {
        "exception_type": "PermanentError",
        "limit": "1.5",
        "n": 1,
        "x": None,
    }


def test_a_refusal_is_no_failure() -> None:
    answered = refused(RunRefused("workflow-1 already trades"))
    assert answered["statusCode"] == 409
    assert answered["body"]["status"] == "refused"


def test_lines_carry_the_ids_of_their_run_and_no_others(
    publisher: RecordingPublisher, capsys: pytest.CaptureFixture[str]
) -> None:
    answer(publisher, PermanentError("first"))
    assert '"correlation_id": "workflow-1"' in capsys.readouterr().out

    def decode(event: object) -> Command:
        raise InvalidEvent("second")

    respond([], decode=decode, act=lambda message: done(), failures=reporter(publisher))
    out = capsys.readouterr().out
    assert "second" in out
    assert "workflow-1" not in out
