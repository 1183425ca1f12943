from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from local.day.following import Ending, Followed
from local.day.observations import Invocation, ObservedEvent
from local.day.troubles import SHOWN_LINES, log_of, troubles_of

RUN = "workflow-1"
AT = datetime(2026, 11, 21, tzinfo=UTC)


def failure(run: str = RUN) -> ObservedEvent:
    return ObservedEvent(
        event_id="workflow-failed-1",
        name="WorkflowFailed",
        source_module="strategy_v2",
        correlation_id=run,
        causation_id=run,
        at=AT,
        detail={"failure_step": "strategy_evaluation", "failure_reason": "a.clj:2: no bars"},
    )


def invocation(function: str, *lines: dict[str, Any]) -> Invocation:
    return Invocation(
        function=function,
        request_id=function,
        started_at=AT,
        ended_at=AT + timedelta(seconds=1),
        lines=lines,
    )


BAD = {"level": "error", "event": "failed", "reason": "a.clj:2: no bars"}
GOOD = {"level": "info", "event": "strategy_evaluated"}


def test_a_told_failure_comes_with_the_log_of_its_function() -> None:
    followed = Followed(correlation_id=RUN, ending=Ending.FAILED, events=(failure(),), mails=())
    [trouble] = troubles_of(
        followed, [invocation("strategy_v2", BAD), invocation("metrics_v2", GOOD)]
    )
    assert trouble.function == "strategy_v2"
    assert trouble.reason == "strategy_evaluation: a.clj:2: no bars"
    assert len(trouble.log) == 1
    assert "no bars" in trouble.log[0]


def test_what_is_left_of_the_run_before_is_not_told_as_this_ones() -> None:
    followed = Followed(
        correlation_id=RUN,
        ending=Ending.FAILED,
        events=(failure("workflow-0"), failure()),
        mails=(),
    )
    assert len(troubles_of(followed, [])) == 1


def test_a_complaint_is_shown_however_much_was_logged_after_it() -> None:
    much = [{**GOOD, "number": number} for number in range(40)]
    log = log_of("data_v2", [invocation("data_v2", *much[:20], BAD, *much[20:])])
    assert len(log) == SHOWN_LINES
    assert "no bars" in log[0]
    assert '"number": 39' in log[-1]


def test_of_many_complaints_the_last_are_shown() -> None:
    complaints = [{**BAD, "number": number} for number in range(40)]
    log = log_of("data_v2", [invocation("data_v2", *complaints, GOOD)])
    assert len(log) == SHOWN_LINES
    assert '"number": 39' in log[-1]


def test_a_run_that_stood_still_is_explained_by_the_logs() -> None:
    followed = Followed(correlation_id=RUN, ending=Ending.STOOD_STILL, events=(), mails=())
    [trouble] = troubles_of(followed, [invocation("portfolio_v2", BAD)])
    assert (trouble.function, trouble.reason) == ("portfolio_v2", "a.clj:2: no bars")


def test_a_run_that_stood_still_without_an_error_names_where_it_was() -> None:
    followed = Followed(correlation_id=RUN, ending=Ending.STOOD_STILL, events=(), mails=())
    [trouble] = troubles_of(followed, [])
    assert trouble.function == "coordinator_v2"
    assert "before its first event" in trouble.reason


def test_a_completed_run_has_no_troubles() -> None:
    followed = Followed(correlation_id=RUN, ending=Ending.COMPLETED, events=(), mails=())
    assert troubles_of(followed, [invocation("execution_v2", BAD)]) == ()
