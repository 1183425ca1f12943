"""Whatever the bus and the queue deliver, and however often, the orders are the same."""

from __future__ import annotations

import json
import random
import uuid
from typing import Any

import pytest

from local.day.following import Ending
from local.day.observations import ObservedEvent
from local.day.stack import Answer
from tests.day.agreement import assert_books_agree, assert_on_target
from tests.day.floor import DAYS, Floor, wait_until
from the_alchemiser.shared.events.names import SOURCES, EventName

pytestmark = pytest.mark.day


def publish(floor: Floor, details: list[dict[str, Any]]) -> None:
    for detail in details:
        reply = floor.stack.client("events").put_events(
            Entries=[
                {
                    "Source": SOURCES[EventName(detail["event_type"])],
                    "DetailType": detail["event_type"],
                    "Detail": json.dumps(detail),
                    "EventBusName": floor.stack.bus,
                }
            ]
        )
        assert not reply["FailedEntryCount"]


def repeat_trades(floor: Floor) -> int:
    """Send every trade's message once more, under ids that the queue does not know."""
    items = floor.stack.table("execution-runs").scan(
        "begins_with(SK, :trade)", {":trade": "TRADE#"}
    )
    messages = [item["message_body"] for item in items]
    random.Random(7).shuffle(messages)
    for body in messages:
        floor.stack.client("sqs").send_message(
            QueueUrl=floor.stack.queue_url("execution"),
            MessageBody=body,
            MessageGroupId=json.loads(body)["symbol"],
            MessageDeduplicationId=f"again-{uuid.uuid4()}",
        )
    return len(messages)


def test_events_and_trades_delivered_again_and_in_any_order_change_nothing(floor: Floor) -> None:
    seen: set[str] = set()

    def deliver_twice(event: ObservedEvent) -> None:
        if event.event_id not in seen:
            seen.add(event.event_id)
            publish(floor, [dict(event.detail)])

    floor.trade(DAYS[0])
    result = floor.trade(DAYS[1], watch=deliver_twice)
    assert result.ending is Ending.COMPLETED
    assert_on_target(result)
    assert len(result.mails) == 1
    fills = floor.books["fills"]
    assert {(fill.symbol, fill.side.upper()) for fill in result.fills} == {
        (line.symbol, line.action) for line in result.plan if line.action != "HOLD"
    }

    details = floor.events(DAYS[1])
    random.Random(11).shuffle(details)
    publish(floor, details)
    assert repeat_trades(floor)
    wait_until(floor.stack.is_idle, 60, "all repeated messages are taken")
    assert floor.books["fills"] == fills
    assert_books_agree(floor)


def test_of_two_runs_at_once_one_trades_and_the_other_is_refused(floor: Floor) -> None:
    answers: list[Answer] = []

    def start_another(event: ObservedEvent) -> None:
        if not answers:
            command = {"mode": "trade", "as_of": DAYS[0].isoformat()}
            answers.append(floor.stack.call("coordinator_v2", command))

    result = floor.trade(DAYS[0], watch=start_another)
    assert result.ending is Ending.COMPLETED
    assert [(answer.status, answer.body["status"]) for answer in answers] == [(409, "refused")]
    assert result.correlation_id in answers[0].reason
    assert_on_target(result)
    assert_books_agree(floor)
