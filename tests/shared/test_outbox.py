"""A record is concluded by one event, whoever claims it and whoever dies."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.cloud import Cloud
from tests.fakes import FixedClock, RecordingPublisher, stamp
from the_alchemiser.shared.events.names import EventName
from the_alchemiser.shared.events.workflow import WorkflowFailed
from the_alchemiser.shared.outbox import LEASE, Conclusion, Outbox, Outcome, outcome_of
from the_alchemiser.shared.table import Item, Table

KEY = {"PK": "RUN#1", "SK": "METADATA"}

CONCLUSION = Conclusion(
    key=KEY,
    event=WorkflowFailed(
        **stamp().derived("workflow-failed", "workflow-1", "run-1"),
        workflow_type="w",
        failure_reason="r",
        failure_step="s",
    ),
    open_statuses=("OPEN", "BUSY"),
    claimed_status="ENDING",
    final_status="ENDED",
)


class Desk:
    """An outbox with its fakes at hand."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.clock = FixedClock()
        self.publisher = RecordingPublisher()
        self.outbox = Outbox(
            table, self.publisher, self.clock, {EventName.WORKFLOW_FAILED: WorkflowFailed}
        )

    def record(self) -> Item:
        return self.table.get(KEY) or {}

    def outcome(self) -> Outcome | None:
        return outcome_of(self.record())


@pytest.fixture
def desk(cloud: Cloud) -> Desk:
    made = Desk(cloud.table())
    made.table.put_new({**KEY, "status": "BUSY", "done_trades": 1, "total_trades": 2})
    return made


def test_one_claim_wins(desk: Desk) -> None:
    assert desk.outbox.claim(CONCLUSION)
    assert not desk.outbox.claim(CONCLUSION)
    assert desk.record()["status"] == "ENDING"
    outcome = desk.outcome()
    assert outcome is not None
    assert not outcome.is_sent


def test_delivery_publishes_and_settles(desk: Desk) -> None:
    desk.outbox.claim(CONCLUSION)
    desk.outbox.deliver(KEY, CONCLUSION.event)
    assert desk.publisher.events == [CONCLUSION.event]
    assert desk.record()["status"] == "ENDED"
    outcome = desk.outcome()
    assert outcome is not None
    assert outcome.is_sent


def test_a_condition_keeps_a_record_open(desk: Desk) -> None:
    assert not desk.outbox.claim(replace(CONCLUSION, condition="done_trades >= total_trades"))
    assert desk.record()["status"] == "BUSY"


def test_a_record_in_another_state_is_left_alone(desk: Desk) -> None:
    assert not desk.outbox.claim(replace(CONCLUSION, open_statuses=("OPEN",)))


def test_a_record_that_does_not_exist_is_not_made_unasked(desk: Desk) -> None:
    missing = replace(CONCLUSION, key={"PK": "RUN#2", "SK": "METADATA"})
    assert not desk.outbox.claim(missing)
    assert desk.outbox.claim(replace(missing, new_record={"total_trades": 0}))
    assert desk.table.get(missing.key) == (desk.table.get(missing.key) or {}) | {"total_trades": 0}


def test_what_a_record_holds_is_not_overwritten(desk: Desk) -> None:
    assert desk.outbox.claim(replace(CONCLUSION, new_record={"total_trades": 0}))
    assert desk.record()["total_trades"] == 2


def test_the_event_of_a_dead_publisher_is_taken_over_once(desk: Desk) -> None:
    desk.outbox.claim(CONCLUSION)
    seen = desk.outcome()
    desk.clock.advance(seconds=LEASE.total_seconds())
    assert desk.outbox.take_over(KEY, seen) is None
    desk.clock.advance(seconds=1)
    assert desk.outbox.take_over(KEY, seen) == CONCLUSION.event
    assert desk.outbox.take_over(KEY, seen) is None
    assert desk.outbox.take_over(KEY, desk.outcome()) is None


def test_a_settled_record_is_not_taken_over(desk: Desk) -> None:
    desk.outbox.claim(CONCLUSION)
    desk.outbox.deliver(KEY, CONCLUSION.event)
    desk.clock.advance(hours=1)
    assert desk.outbox.take_over(KEY, desk.outcome()) is None


def test_a_record_that_was_never_claimed_is_not_taken_over(desk: Desk) -> None:
    assert desk.outbox.take_over(KEY, desk.outcome()) is None
