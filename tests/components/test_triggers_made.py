from __future__ import annotations

import json

import pytest

from blueprint import FunctionSpec, OnEvent, OnSchedule
from catalogue.system import SYSTEM
from operations.engine_state import RECORD
from policies.model import Resource
from tests.recorded_program import Recorded, recorded, run, stack_config

RULE = "aws:cloudwatch/eventRule:EventRule"
TARGET = "aws:cloudwatch/eventTarget:EventTarget"
PERMISSION = "aws:lambda/permission:Permission"
SCHEDULE = "aws:scheduler/schedule:Schedule"
MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping"
EVENTS = [
    (spec, trigger)
    for spec in SYSTEM.functions
    for trigger in spec.triggers
    if isinstance(trigger, OnEvent)
]
CLOCKS = [
    (spec, trigger)
    for spec in SYSTEM.functions
    for trigger in spec.triggers
    if isinstance(trigger, OnSchedule)
]
ON_EVENT = pytest.mark.parametrize(
    ("spec", "trigger"), EVENTS, ids=[trigger.rule for _, trigger in EVENTS]
)
ON_SCHEDULE = pytest.mark.parametrize(
    ("spec", "trigger"), CLOCKS, ids=[trigger.schedule for _, trigger in CLOCKS]
)
BOTH = pytest.mark.parametrize("preview", [False, True], ids=["update", "preview"])


def dev(preview: bool = False) -> Recorded:
    return recorded("dev", preview=preview)


def alias_arn(spec: FunctionSpec) -> str:
    return (
        f"arn:aws:lambda:us-east-1:111111111111:function:alchemiser-dev-{spec.physical_name}:live"
    )


@BOTH
@ON_EVENT
def test_a_rule_starts_the_alias(spec: FunctionSpec, trigger: OnEvent, preview: bool) -> None:
    assert dev(preview).one(TARGET, f"{trigger.rule}-target").inputs["arn"] == alias_arn(spec)


@BOTH
@ON_EVENT
def test_only_its_own_rule_may_start_the_alias(
    spec: FunctionSpec, trigger: OnEvent, preview: bool
) -> None:
    inputs = dev(preview).one(PERMISSION, f"{trigger.rule}-permission").inputs

    assert inputs["qualifier"] == "live"
    assert "sourceAccount" not in inputs
    assert inputs["sourceArn"] == (
        "arn:aws:events:us-east-1:111111111111:rule/alchemiser-dev-events/"
        f"alchemiser-dev-{trigger.rule}"
    )


@ON_EVENT
def test_the_permission_is_there_before_the_first_event(
    spec: FunctionSpec, trigger: OnEvent
) -> None:
    waits = dev().asked[(TARGET, f"{trigger.rule}-target")].depends_on

    assert f"{trigger.rule}-permission" in waits


@ON_EVENT
def test_an_event_that_cannot_be_delivered_is_kept(spec: FunctionSpec, trigger: OnEvent) -> None:
    inputs = dev().one(TARGET, f"{trigger.rule}-target").inputs

    assert inputs["deadLetterConfig"]["arn"].endswith(":undelivered-events-queue")
    assert inputs["retryPolicy"]["maximumRetryAttempts"] == trigger.retries


@ON_EVENT
def test_a_rule_is_on_the_systems_bus(spec: FunctionSpec, trigger: OnEvent) -> None:
    rule = dev().one(RULE, f"{trigger.rule}-rule")

    assert rule.inputs["eventBusName"] == "alchemiser-dev-events"
    assert rule.inputs["state"] == "ENABLED"


def pattern(rule: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(dev().one(RULE, f"{rule}-rule").inputs["eventPattern"])
    return found


def test_a_rule_matches_source_and_type() -> None:
    assert pattern("signal-generated") == {
        "source": ["alchemiser.strategy"],
        "detail-type": ["SignalGenerated"],
    }


def test_failures_are_heard_from_every_source_of_the_system() -> None:
    assert pattern("workflow-failed")["source"] == [{"prefix": "alchemiser."}]


def test_a_plan_is_heard_only_when_there_is_nothing_to_trade() -> None:
    assert pattern("nothing-to-trade")["detail"] == {"trades_required": [False]}


@BOTH
@ON_SCHEDULE
def test_a_schedule_starts_the_alias(
    spec: FunctionSpec, trigger: OnSchedule, preview: bool
) -> None:
    target = dev(preview).one(SCHEDULE, f"{trigger.schedule}-schedule").inputs["target"]

    assert target["arn"] == alias_arn(spec)


@ON_SCHEDULE
def test_a_schedule_may_start_its_function_and_nothing_else(
    spec: FunctionSpec, trigger: OnSchedule
) -> None:
    policy = dev().one("aws:iam/rolePolicy:RolePolicy", f"{trigger.schedule}-policy")
    allowed = {
        (action, resource)
        for statement in policy.document("policy")["Statement"]
        for action in statement["Action"]
        for resource in statement["Resource"]
    }

    assert allowed == {
        ("lambda:InvokeFunction", alias_arn(spec)),
        (
            "sqs:SendMessage",
            "arn:aws:sqs:us-east-1:111111111111:alchemiser-dev-undelivered-events",
        ),
    }


@ON_SCHEDULE
def test_a_start_that_fails_is_kept(spec: FunctionSpec, trigger: OnSchedule) -> None:
    target = dev().one(SCHEDULE, f"{trigger.schedule}-schedule").inputs["target"]

    assert target["deadLetterConfig"]["arn"].endswith(":alchemiser-dev-undelivered-events")


@ON_SCHEDULE
def test_a_schedule_says_its_time_zone_and_passes_its_input(
    spec: FunctionSpec, trigger: OnSchedule
) -> None:
    inputs = dev().one(SCHEDULE, f"{trigger.schedule}-schedule").inputs

    assert inputs["scheduleExpressionTimezone"] == trigger.timezone
    assert json.loads(inputs["target"]["input"]) == dict(trigger.input)


def trade_run(stack: str) -> Resource:
    return recorded(stack).one(SCHEDULE, "trade-run-schedule")


@pytest.mark.parametrize(
    ("stack", "state", "window"),
    [
        ("local", "DISABLED", {"mode": "OFF"}),
        ("dev", "ENABLED", {"mode": "FLEXIBLE", "maximumWindowInMinutes": 10}),
        ("prod", "ENABLED", {"mode": "OFF"}),
    ],
)
def test_the_trade_run_is_off_flexible_or_exact_by_stack(
    stack: str, state: str, window: dict[str, object]
) -> None:
    inputs = trade_run(stack).inputs

    assert (inputs["state"], inputs["flexibleTimeWindow"]) == (state, window)


@BOTH
def test_the_queue_starts_the_alias_of_execution(preview: bool) -> None:
    inputs = dev(preview).one(MAPPING, "execution_v2-execution").inputs

    assert inputs["functionName"].endswith(":function:alchemiser-dev-execution:live")
    assert inputs["eventSourceArn"].endswith(":alchemiser-dev-execution.fifo")


def test_the_queue_hands_over_one_trade_and_hears_of_each_failure() -> None:
    inputs = dev().one(MAPPING, "execution_v2-execution").inputs

    assert inputs["batchSize"] == 1
    assert inputs["functionResponseTypes"] == ["ReportBatchItemFailures"]


def test_a_rolled_back_function_stays_on_its_version() -> None:
    config = stack_config("dev", held={"release": 2, "functions": {"portfolio_v2": 3}})

    ran = run("dev", config)

    alias = ran.one("aws:lambda/alias:Alias", "portfolio_v2-alias")
    assert alias.inputs["functionVersion"] == "3"
    new = ran.one("aws:lambda/alias:Alias", "metrics_v2-alias")
    assert new.inputs["functionVersion"] == "7"


def test_a_release_is_recorded_anew_when_a_hold_lets_go_of_versions() -> None:
    def recorded(**held: object) -> dict[str, str]:
        ran = run("dev", stack_config("dev", **held))
        command = ran.one("command:local:Command", RECORD)
        functions = json.loads(command.inputs["stdin"])["functions"]
        return {name: it["version"] for name, it in functions.items()}

    free = recorded()
    held = recorded(held={"release": 2, "functions": {"portfolio_v2": 3}})

    assert held == {**free, "portfolio_v2": "3"}
    assert free["portfolio_v2"] == "7"
