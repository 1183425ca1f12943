from __future__ import annotations

import json
from dataclasses import replace

import pytest

from catalogue.system import SYSTEM
from components.addresses import Addresses
from components.alarms import alarm_rules
from components.dashboard import body
from policies.model import Resource
from tests.recorded_program import recorded

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
PLACE = Addresses(system="alchemiser", stage="dev", account_id="111111111111", region="us-east-1")


def alarm(name: str) -> Resource:
    return recorded("dev").one(ALARM, name)


def test_every_alarm_has_a_name_of_its_own() -> None:
    names = [rule.name for rule in alarm_rules(SYSTEM, PLACE)]

    assert len(set(names)) == len(names)


def test_every_alarm_tells_the_alarm_topic_when_it_starts_and_when_it_ends() -> None:
    topic = ["arn:aws:test:us-east-1:1:alarms-topic"]

    for found in recorded("dev").of(ALARM):
        assert (found.inputs["alarmActions"], found.inputs["okActions"]) == (topic, topic)


@pytest.mark.parametrize(
    ("name", "metric", "dimensions"),
    [
        (
            "execution-dlq-depth",
            "ApproximateNumberOfMessagesVisible",
            {"QueueName": "alchemiser-dev-execution-dlq.fifo"},
        ),
        (
            "undelivered-events-depth",
            "ApproximateNumberOfMessagesVisible",
            {"QueueName": "alchemiser-dev-undelivered-events"},
        ),
        (
            "execution-age",
            "ApproximateAgeOfOldestMessage",
            {"QueueName": "alchemiser-dev-execution.fifo"},
        ),
        (
            "portfolio-errors",
            "Errors",
            {
                "FunctionName": "alchemiser-dev-portfolio",
                "Resource": "alchemiser-dev-portfolio:live",
            },
        ),
        ("portfolio-throttles", "Throttles", {"FunctionName": "alchemiser-dev-portfolio"}),
        (
            "signal-generated-undelivered",
            "FailedInvocations",
            {
                "EventBusName": "alchemiser-dev-events",
                "RuleName": "alchemiser-dev-signal-generated",
            },
        ),
        (
            "schedules-dropped",
            "InvocationDroppedCount",
            {"ScheduleGroup": "alchemiser-dev-schedules"},
        ),
        ("failed-invocations-lost", "DestinationDeliveryFailures", {}),
    ],
)
def test_an_alarm_watches_what_its_name_says(
    name: str, metric: str, dimensions: dict[str, str]
) -> None:
    inputs = alarm(name).inputs

    assert (inputs["metricName"], inputs["dimensions"]) == (metric, dimensions)


@pytest.mark.parametrize("name", ["execution-dlq-depth", "failed-invocations-depth"])
def test_one_dead_letter_in_a_minute_is_enough(name: str) -> None:
    inputs = alarm(name).inputs

    assert (inputs["threshold"], inputs["period"], inputs["evaluationPeriods"]) == (1, 60, 1)


def test_one_stuck_run_in_five_minutes_is_enough() -> None:
    inputs = alarm("stuck-runs").inputs

    assert (inputs["metricName"], inputs["threshold"], inputs["period"]) == ("StuckRuns", 1, 300)


def test_silence_is_no_alarm() -> None:
    assert {item.inputs["treatMissingData"] for item in recorded("dev").of(ALARM)} == {
        "notBreaching"
    }


def test_the_dashboard_shows_every_function_and_every_queue() -> None:
    text = body(SYSTEM, PLACE)

    assert all(PLACE.name(spec.physical_name) in text for spec in SYSTEM.functions)
    assert "alchemiser-dev-execution.fifo" in text
    assert "alchemiser-dev-execution-dlq.fifo" in text


def test_the_dashboards_graphs_do_not_overlap() -> None:
    widgets = json.loads(body(SYSTEM, PLACE))["widgets"]

    assert [widget["y"] for widget in widgets] == [6 * row for row in range(len(widgets))]


def test_a_function_that_is_added_shifts_nothing_on_the_dashboard() -> None:
    more = replace(SYSTEM.functions[-1], name="risk_report", physical_name="risk-report")
    grown = replace(SYSTEM, functions=(*SYSTEM.functions, more))

    before, after = (json.loads(body(system, PLACE))["widgets"] for system in (SYSTEM, grown))

    assert len(before) == len(after)
    for earlier, later in zip(before, after, strict=True):
        metrics = earlier["properties"]["metrics"]
        assert later["properties"]["metrics"][: len(metrics)] == metrics
        assert {**later["properties"], "metrics": metrics} == earlier["properties"]
