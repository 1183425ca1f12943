from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from blueprint.outputs import StackOutputs
from operations.pausing import Switch, is_paused
from operations.stack_file import stack_settings
from tests.cloud import in_process_cloud
from tests.deployed_outputs import outputs_document
from tests.operations.fakes import FakeEngine, lambda_digest
from the_alchemiser.shared.kill_switch import KillSwitch
from the_alchemiser.shared.table import Table

SCHEDULE = {
    "Name": "alchemiser-dev-trade-run",
    "GroupName": "alchemiser-dev-schedules",
    "ScheduleExpression": "cron(45 15 ? * MON-FRI *)",
    "ScheduleExpressionTimezone": "America/New_York",
    "FlexibleTimeWindow": {"Mode": "OFF"},
    "Target": {"Arn": "arn:live", "RoleArn": "arn:role", "Input": '{"mode": "trade"}'},
    "State": "ENABLED",
}


@dataclass
class Pages:
    pages: list[dict[str, Any]]

    def paginate(self, **_: str) -> Iterator[dict[str, Any]]:
        yield from self.pages


@dataclass
class FakeScheduler:
    """UpdateSchedule replaces everything, so what is left out is lost.

    https://docs.aws.amazon.com/scheduler/latest/APIReference/API_UpdateSchedule.html
    """

    schedules: dict[str, dict[str, Any]] = field(
        default_factory=lambda: {
            "alchemiser-dev-trade-run": {**SCHEDULE},
            "of-somebody-else": {**SCHEDULE, "Name": "of-somebody-else"},
        }
    )

    def get_paginator(self, operation: str) -> Pages:
        assert operation == "list_schedules"
        return Pages([{"Schedules": list(self.schedules.values())}])

    def get_schedule(self, **asked: str) -> dict[str, Any]:
        found = self.schedules[asked["Name"]]
        return {**found, "Arn": "arn:schedule", "ResponseMetadata": {}}

    def update_schedule(self, **given: Any) -> None:
        assert "Arn" not in given
        self.schedules[given["Name"]] = given


@dataclass
class FakeMappings:
    enabled: dict[str, bool] = field(default_factory=lambda: {"m1": True})
    asked: list[str] = field(default_factory=list)

    def get_paginator(self, operation: str) -> FakeMappings:
        assert operation == "list_event_source_mappings"
        return self

    def paginate(self, **asked: str) -> Iterator[dict[str, Any]]:
        self.asked.append(asked["FunctionName"])
        yield {"EventSourceMappings": [{"UUID": name} for name in self.enabled]}

    def update_event_source_mapping(self, **given: Any) -> None:
        self.enabled[given["UUID"]] = given["Enabled"]


NOW = datetime(2026, 11, 29, 20, tzinfo=UTC)
STATE = {
    "deployment": {
        "resources": [
            {
                "urn": "urn::trade-run-schedule",
                "type": "aws:scheduler/schedule:Schedule",
                "inputs": {"state": "ENABLED"},
                "outputs": {"state": "ENABLED"},
            },
            {
                "urn": "urn::execution_v2-execution",
                "type": "aws:lambda/eventSourceMapping:EventSourceMapping",
                "inputs": {"enabled": True},
                "outputs": {"enabled": True},
            },
        ]
    }
}


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Table]:
    with in_process_cloud(monkeypatch) as cloud:
        yield cloud.table("runs")


@dataclass
class FakeTopic:
    mails: list[dict[str, str]] = field(default_factory=list)

    def publish(self, **mail: str) -> None:
        self.mails.append(mail)


def switch(runs: Table, schedules: str = "window") -> Switch:
    document = outputs_document({"execution_v2": lambda_digest("code")}, {})
    document["topics"] = {"notifications": "arn:mail"}
    document["schedules"] = {
        "trade-run": {
            "name": "alchemiser-dev-trade-run",
            "function": "coordinator_v2",
            "expression": "",
            "timezone": "UTC",
        }
    }
    settings = {"alchemiser:schedules": {"value": schedules}}
    engine: Any = FakeEngine(None, state=STATE, settings=settings)
    scheduler: Any = FakeScheduler()
    lambda_: Any = FakeMappings()
    outputs = StackOutputs.read(document, "dev")
    sns: Any = FakeTopic()
    return Switch(
        engine=engine,
        outputs=outputs,
        lambda_=lambda_,
        scheduler=scheduler,
        sns=sns,
        shown=KillSwitch(runs),
    )


def recorded(found: Switch) -> list[object]:
    state: Any = found.engine
    resources = state.state["deployment"]["resources"]
    return [next(iter(it[side].values())) for it in resources for side in ("inputs", "outputs")]


def test_a_pause_turns_schedules_off_and_holds_queues(runs: Table) -> None:
    found = switch(runs)
    scheduler: Any = found.scheduler
    mappings: Any = found.lambda_

    found.pause(NOW)

    mine = scheduler.schedules["alchemiser-dev-trade-run"]
    assert mine == {**SCHEDULE, "State": "DISABLED"}
    assert scheduler.schedules["of-somebody-else"]["State"] == "ENABLED"
    assert mappings.enabled == {"m1": False}
    assert mappings.asked == ["alchemiser-dev-execution_v2:live"]
    assert is_paused(stack_settings(found.engine))
    assert recorded(found) == ["DISABLED", "DISABLED", False, False]


@pytest.mark.parametrize(("schedules", "state"), [("window", "ENABLED"), ("off", "DISABLED")])
def test_a_resume_goes_back_to_what_the_stacks_file_says(
    runs: Table, schedules: str, state: str
) -> None:
    found = switch(runs, schedules)
    scheduler: Any = found.scheduler
    mappings: Any = found.lambda_
    found.pause(NOW)

    found.resume()

    assert scheduler.schedules["alchemiser-dev-trade-run"] == {**SCHEDULE, "State": state}
    assert mappings.enabled == {"m1": True}
    assert not is_paused(stack_settings(found.engine))
    assert recorded(found) == [state, state, True, True]


def test_subscribers_are_told_and_functions_can_see_it_until_it_is_over(runs: Table) -> None:
    found = switch(runs)
    topic: Any = found.sns

    found.pause(NOW)
    found.pause(NOW + timedelta(hours=1))
    assert found.shown.paused_since() == NOW.isoformat()
    found.resume()

    assert found.shown.paused_since() is None
    assert {mail["TopicArn"] for mail in topic.mails} == {"arn:mail"}
    subjects = [mail["Subject"] for mail in topic.mails]
    assert subjects == ["[PAUSED] Alchemiser dev"] * 2 + ["[RESUMED] Alchemiser dev"]
    assert "make resume STACK=dev" in topic.mails[0]["Message"]
