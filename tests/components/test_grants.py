from __future__ import annotations

from collections.abc import Iterator

import pytest

from catalogue.model import FunctionSpec
from catalogue.system import SYSTEM
from components.addresses import Addresses
from components.grants import statements

PLACE = Addresses(system="alchemiser", stage="dev", account_id="111111111111", region="us-east-1")
BY_NAME = {spec.name: spec for spec in SYSTEM.functions}
HERE = "us-east-1:111111111111"
EACH = pytest.mark.parametrize("spec", SYSTEM.functions, ids=lambda spec: spec.name)


def allowed(spec: FunctionSpec) -> Iterator[tuple[str, str]]:
    for statement in statements(spec, SYSTEM, PLACE):
        for action in statement["Action"]:  # type: ignore[attr-defined]
            for resource in statement["Resource"]:  # type: ignore[attr-defined]
                yield action, resource


def services(name: str) -> set[str]:
    return {action.partition(":")[0] for action, _ in allowed(BY_NAME[name])}


EVERYONE = {"logs", "xray", "sqs"}
SERVICES = {
    "data_v2": EVERYONE | {"events", "s3", "dynamodb", "secretsmanager", "lambda"},
    "data_quality_monitor": EVERYONE | {"events", "s3", "secretsmanager", "lambda"},
    "coordinator_v2": EVERYONE | {"events", "dynamodb", "lambda"},
    "strategy_v2": EVERYONE | {"events", "s3"},
    "aggregator_v2": EVERYONE | {"events", "dynamodb"},
    "portfolio_v2": EVERYONE | {"events", "dynamodb", "secretsmanager"},
    "execution_v2": EVERYONE | {"events", "dynamodb", "secretsmanager", "cloudwatch"},
    "trade_aggregator": EVERYONE | {"events", "dynamodb"},
    "metrics_v2": EVERYONE | {"dynamodb", "cloudwatch"},
    "notifications_v2": EVERYONE | {"dynamodb", "s3", "sns"},
}


@pytest.mark.parametrize("name", SERVICES)
def test_a_function_reaches_the_services_that_its_work_needs(name: str) -> None:
    assert services(name) == SERVICES[name]


@EACH
def test_no_action_is_a_pattern(spec: FunctionSpec) -> None:
    assert not [action for action, _ in allowed(spec) if "*" in action]


@EACH
def test_only_actions_without_resources_name_none(spec: FunctionSpec) -> None:
    anywhere = {action for action, resource in allowed(spec) if resource == "*"}

    assert anywhere <= {
        "xray:PutTelemetryRecords",
        "xray:PutTraceSegments",
        "cloudwatch:PutMetricData",
    }


@EACH
def test_a_function_writes_its_own_logs_alone(spec: FunctionSpec) -> None:
    found = {resource for action, resource in allowed(spec) if action.startswith("logs:")}

    assert found == {
        f"arn:aws:logs:{HERE}:log-group:/aws/lambda/alchemiser-dev-{spec.physical_name}:*"
    }


@EACH
def test_a_function_publishes_its_own_events_alone(spec: FunctionSpec) -> None:
    found = [
        statement["Condition"]
        for statement in statements(spec, SYSTEM, PLACE)
        if "events:PutEvents" in statement["Action"]  # type: ignore[operator]
    ]

    names = sorted(str(name) for name in spec.publishes)
    expected = {"ForAllValues:StringEquals": {"events:detail-type": names}}
    assert found == ([expected] if names else [])


ALLOWED = {
    ("coordinator_v2", "lambda:InvokeFunction"): {
        f"arn:aws:lambda:{HERE}:function:alchemiser-dev-strategy-worker:live"
    },
    ("execution_v2", "sqs:ReceiveMessage"): {f"arn:aws:sqs:{HERE}:alchemiser-dev-execution.fifo"},
    ("portfolio_v2", "sqs:SendMessage"): {
        f"arn:aws:sqs:{HERE}:alchemiser-dev-execution.fifo",
        f"arn:aws:sqs:{HERE}:alchemiser-dev-failed-invocations",
    },
    ("portfolio_v2", "secretsmanager:GetSecretValue"): {
        f"arn:aws:secretsmanager:{HERE}:secret:alchemiser-dev-broker-??????"
    },
    ("notifications_v2", "sns:Publish"): {f"arn:aws:sns:{HERE}:alchemiser-dev-notifications"},
    ("notifications_v2", "s3:PutObject"): {"arn:aws:s3:::alchemiser-dev-reports-111111111111/*"},
    ("strategy_v2", "s3:GetObject"): {"arn:aws:s3:::alchemiser-dev-market-data-111111111111/*"},
    ("metrics_v2", "dynamodb:PutItem"): set(),
    ("strategy_v2", "s3:PutObject"): set(),
    ("data_quality_monitor", "s3:PutObject"): set(),
    ("trade_aggregator", "secretsmanager:GetSecretValue"): set(),
}


@pytest.mark.parametrize(("name", "action"), ALLOWED)
def test_an_action_is_allowed_on_exact_arns(name: str, action: str) -> None:
    found = {resource for done, resource in allowed(BY_NAME[name]) if done == action}

    assert found == ALLOWED[(name, action)]


def test_a_tables_indexes_are_read_with_it_and_written_through_it() -> None:
    spec = BY_NAME["execution_v2"]
    ledger = f"arn:aws:dynamodb:{HERE}:table/alchemiser-dev-trade-ledger"
    read = {resource for action, resource in allowed(spec) if action == "dynamodb:Query"}
    written = {resource for action, resource in allowed(spec) if action == "dynamodb:PutItem"}

    assert {ledger, *(f"{ledger}/index/GSI{number}" for number in range(1, 7))} <= read
    assert not [resource for resource in written if "/index/" in resource]


@pytest.mark.parametrize("name", ["metrics_v2", "execution_v2"])
def test_metrics_go_to_the_systems_namespace_alone(name: str) -> None:
    (found,) = (
        statement["Condition"]
        for statement in statements(BY_NAME[name], SYSTEM, PLACE)
        if "cloudwatch:PutMetricData" in statement["Action"]  # type: ignore[operator]
    )

    assert found == {"StringEquals": {"cloudwatch:namespace": "Alchemiser/Dev"}}
