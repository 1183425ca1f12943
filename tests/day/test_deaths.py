"""Processes die and messages poison: what was ordered stays ordered once, and the rest goes on."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from local.day.following import Ending
from local.day.mailbox import subscribed
from local.day.observations import ObservedEvent
from tests.day.agreement import assert_books_agree, assert_on_target
from tests.day.floor import DAYS, Floor, wait_until
from tests.day.mover import move_messages

pytestmark = pytest.mark.day

LONGEST_WORK_S = 180.0
OTHERS = 17
"""Trades of the first day beside the one that is poisoned."""

DEAD_LETTERS = "alchemiser-local-execution-dlq.fifo"


@contextmanager
def meanwhile(work: Any) -> Iterator[None]:
    """Do something beside the run; its failure is the test's."""
    failures: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        thread.join(LONGEST_WORK_S)
    assert not thread.is_alive(), f"still at it after {LONGEST_WORK_S} s"
    if failures:
        raise failures[0]


def test_a_function_killed_after_the_broker_took_its_order_orders_nothing_twice(
    floor: Floor,
) -> None:
    started = threading.Event()

    def watch(event: ObservedEvent) -> None:
        if event.name == "RebalancePlanned":
            started.set()

    def kill_once_something_is_filled() -> None:
        assert started.wait(120)
        wait_until(lambda: bool(floor.books["fills"]), 60, "the broker fills an order")
        assert floor.kill_workers("execution_v2")

    # Between the order and its record the function asks for the order's state.
    floor.ill("latency", method="GET", path="/v2/orders/", value="1.5", count=3)
    with floor.messages_come_back_after(8), meanwhile(kill_once_something_is_filled):
        result = floor.trade(DAYS[0], watch=watch)
    assert result.ending is Ending.COMPLETED
    assert_on_target(result)
    assert max(Counter(fill.symbol for fill in result.fills).values()) == 1
    assert_books_agree(floor)


def test_a_poison_message_ends_in_the_dead_letter_queue_and_is_processed_once_moved_back(
    floor: Floor,
) -> None:
    sqs = floor.stack.client("sqs")
    dead = sqs.get_queue_url(QueueName=DEAD_LETTERS)["QueueUrl"]

    def mend() -> None:
        wait_until(lambda: waiting_in(floor, dead) == 1, 150, "the poison message is given up")
        others = {fill["symbol"] for fill in floor.books["fills"]}
        assert len(others) == OTHERS
        assert "AAPL" not in others
        floor.market.behave()
        queue = floor.stack.queue_url("execution")
        assert move_messages(sqs, dead, queue) == 1

    def hurry() -> None:
        wait_until(lambda: len(floor.books["fills"]) == OTHERS, 120, "all others are traded")
        floor.let_messages_come_back_after(2)
        mend()

    floor.ill("status", path="/v2/assets/AAPL", value=500, count=10_000)
    with floor.messages_come_back_after(10), meanwhile(hurry):
        result = floor.trade(DAYS[0])
    assert result.ending is Ending.COMPLETED
    assert Counter(fill.symbol for fill in result.fills)["AAPL"] == 1
    assert_on_target(result)
    assert_books_agree(floor)


def test_the_alarm_of_the_dead_letter_queue_reaches_its_people(floor: Floor) -> None:
    cloudwatch, client = floor.stack.client("cloudwatch"), floor.stack.client
    alarms = [
        alarm["AlarmName"]
        for page in cloudwatch.get_paginator("describe_alarms").paginate()
        for alarm in page["MetricAlarms"]
        if {"Name": "QueueName", "Value": DEAD_LETTERS} in alarm["Dimensions"]
    ]
    assert alarms
    topic = floor.stack.topic("alarms")
    for name in alarms:
        with subscribed(client("sns"), client("sqs"), topic) as mailbox:
            for state in ("OK", "ALARM"):
                cloudwatch.set_alarm_state(AlarmName=name, StateValue=state, StateReason="a test")
            mails = [mail for _ in range(10) for mail in mailbox.read()]
        told = [json.loads(mail.body)["AlarmName"] for mail in mails if mail.body.startswith("{")]
        assert name in told


WORKERS = 9


@contextmanager
def dead_calls_counted(floor: Floor, function: str) -> Iterator[Callable[[], int]]:
    """Have calls that failed for good land in their queue.

    AWS goes by the alias's setting. MiniStack knows only the dead-letter queue of a version.
    """
    facts, client = floor.stack.outputs.functions[function], floor.stack.client("lambda")
    failed = floor.stack.outputs.queues["failed-invocations"]
    name = facts.name

    def serve(version: str, dead_letters: str) -> None:
        client.update_function_configuration(
            FunctionName=name, DeadLetterConfig={"TargetArn": dead_letters}
        )
        version = version or client.publish_version(FunctionName=name)["Version"]
        client.update_alias(FunctionName=name, Name="live", FunctionVersion=version)

    try:
        serve("", failed.arn)
        yield lambda: waiting_in(floor, failed.url)
    finally:
        serve(facts.version, "")


def test_workers_that_keep_dying_end_the_run_with_their_names_and_without_a_trade(
    floor: Floor,
) -> None:
    over = threading.Event()

    def kill_on_sight() -> None:
        while not over.wait(0.05):
            floor.kill_workers("strategy_v2")

    def give_up() -> None:
        try:
            wait_until(lambda: dead_calls() == WORKERS, 90, "every worker's call is given up")
        finally:
            over.set()
        expire_sessions(floor)

    with (
        dead_calls_counted(floor, "strategy_v2") as dead_calls,
        meanwhile(kill_on_sight),
        meanwhile(give_up),
    ):
        result = floor.trade(DAYS[0])
    assert result.ending is Ending.FAILED
    assert not result.fills
    assert "market-trend.clj" in result.troubles[0].reason
    [mail] = result.mails
    assert "market-trend.clj" in mail.body


def expire_sessions(floor: Floor) -> None:
    """Let the time of every session be over, and have it noticed."""
    sessions = floor.stack.table("aggregation-sessions")
    pending = _pending(sessions)
    assert pending
    for session_id in pending:
        floor.stack.client("dynamodb").update_item(
            TableName=sessions.name,
            Key={"PK": {"S": f"SESSION#{session_id}"}, "SK": {"S": "METADATA"}},
            UpdateExpression="SET timeout_at = :past",
            ExpressionAttributeValues={":past": {"S": "2022-01-01T00:00:00+00:00"}},
        )
    assert floor.stack.call("aggregator_v2", {"action": "expire_sessions"}).is_good


def waiting_in(floor: Floor, queue_url: str) -> int:
    name = "ApproximateNumberOfMessages"
    reply = floor.stack.client("sqs").get_queue_attributes(
        QueueUrl=queue_url, AttributeNames=[name]
    )
    return int(reply["Attributes"][name])


def _pending(sessions: Any) -> list[str]:
    items = sessions.scan(
        "SK = :metadata AND #status = :pending",
        {":metadata": "METADATA", ":pending": "PENDING"},
        names={"#status": "status"},
    )
    return [str(item["session_id"]) for item in items]
