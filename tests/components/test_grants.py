from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from blueprint import FunctionSpec
from catalogue.system import SYSTEM
from components.addresses import Addresses
from components.grants import statements
from the_alchemiser.shared.events.names import EventName

ROOT = Path(__file__).parents[2]
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


REPORTS = "arn:aws:s3:::alchemiser-dev-reports-111111111111"
BARS = "arn:aws:s3:::alchemiser-dev-market-data-111111111111"
EVERYONE = {"logs", "xray", "sqs"}
SERVICES = {
    "data_v2": EVERYONE | {"events", "s3", "dynamodb", "secretsmanager", "lambda"},
    "data_quality_monitor": EVERYONE | {"events", "s3", "dynamodb", "secretsmanager", "lambda"},
    "coordinator_v2": EVERYONE | {"events", "dynamodb", "lambda"},
    "strategy_v2": EVERYONE | {"events", "s3", "dynamodb"},
    "aggregator_v2": EVERYONE | {"events", "dynamodb"},
    "portfolio_v2": EVERYONE | {"events", "dynamodb", "secretsmanager"},
    "execution_v2": EVERYONE | {"events", "dynamodb", "secretsmanager", "cloudwatch"},
    "trade_aggregator": EVERYONE | {"events", "dynamodb"},
    "metrics_v2": EVERYONE | {"events", "dynamodb", "cloudwatch"},
    "notifications_v2": EVERYONE | {"events", "dynamodb", "s3", "sns"},
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
    ("notifications_v2", "s3:PutObject"): {f"{REPORTS}/reports/*"},
    ("strategy_v2", "s3:GetObject"): {f"{BARS}/*/metadata.json", f"{BARS}/*/daily/*"},
    ("data_v2", "s3:PutObject"): {f"{BARS}/*/metadata.json", f"{BARS}/*/daily/*"},
    ("data_v2", "s3:DeleteObject"): {f"{BARS}/*/daily/*"},
    ("execution_v2", "dynamodb:DeleteItem"): set(),
    ("metrics_v2", "dynamodb:PutItem"): set(),
    ("notifications_v2", "s3:DeleteObject"): set(),
    ("strategy_v2", "s3:PutObject"): set(),
    ("data_quality_monitor", "s3:PutObject"): set(),
    ("trade_aggregator", "secretsmanager:GetSecretValue"): set(),
}


@pytest.mark.parametrize(("name", "action"), ALLOWED)
def test_an_action_is_allowed_on_exact_arns(name: str, action: str) -> None:
    found = {resource for done, resource in allowed(BY_NAME[name]) if done == action}

    assert found == ALLOWED[(name, action)]


def test_an_index_is_granted_apart_from_its_table_and_for_queries_alone() -> None:
    ledger = f"arn:aws:dynamodb:{HERE}:table/alchemiser-dev-trade-ledger"
    found = {(action, arn) for action, arn in allowed(BY_NAME["execution_v2"]) if ledger in arn}

    assert found == {
        ("dynamodb:GetItem", ledger),
        ("dynamodb:PutItem", ledger),
        ("dynamodb:UpdateItem", ledger),
        ("dynamodb:Query", f"{ledger}/index/GSI6"),
    }


@pytest.mark.parametrize("name", ["metrics_v2", "execution_v2"])
def test_metrics_go_to_the_systems_namespace_alone(name: str) -> None:
    (found,) = (
        statement["Condition"]
        for statement in statements(BY_NAME[name], SYSTEM, PLACE)
        if "cloudwatch:PutMetricData" in statement["Action"]  # type: ignore[operator]
    )

    assert found == {"StringEquals": {"cloudwatch:namespace": "Alchemiser/Dev"}}


@EACH
def test_every_function_may_tell_that_it_failed(spec: FunctionSpec) -> None:
    assert EventName.WORKFLOW_FAILED in spec.publishes


OPERATIONS = {
    "cloudwatch:PutMetricData": "put_metric_data",
    "dynamodb:DeleteItem": "delete_if",
    "dynamodb:GetItem": "get_item",
    "dynamodb:PutItem": "put_item",
    "dynamodb:Query": "query",
    "dynamodb:Scan": "scan",
    "dynamodb:UpdateItem": "update_item",
    "events:PutEvents": "put_events",
    "lambda:InvokeFunction": "invoke",
    "s3:DeleteObject": "delete_object",
    "s3:GetObject": "get_object",
    "s3:ListBucket": "list_objects_v2",
    "s3:PutObject": "put_object",
    "secretsmanager:GetSecretValue": "get_secret_value",
    "sns:Publish": "publish",
    "sqs:SendMessage": "send_message",
}
BY_LAMBDA = {
    *("logs:CreateLogStream", "logs:PutLogEvents"),
    *("sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
    *("sqs:ReceiveMessage", "xray:PutTelemetryRecords", "xray:PutTraceSegments"),
}
"""What Lambda itself does in the name of the role."""


@EACH
def test_a_function_may_do_nothing_that_its_code_never_calls(spec: FunctionSpec) -> None:
    called = calls_in_reach(f"the_alchemiser.{spec.name}.lambda_handler")
    granted = {action for action, _ in allowed(spec)} - BY_LAMBDA
    on_failure = {"sqs:SendMessage"}

    assert {action for action in granted - on_failure if OPERATIONS[action] not in called} == set()


def calls_in_reach(module: str) -> set[str]:
    """Name every method, and every operation named as text, in a module and all that it imports."""
    seen: set[str] = set()
    waiting, found = [module], set()
    while waiting:
        name = waiting.pop()
        path = source_of(name)
        if name in seen or path is None:
            continue
        seen.add(name)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute):
                found.add(node.attr)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
            elif isinstance(node, ast.ImportFrom) and node.module:
                waiting += [node.module, *(f"{node.module}.{item.name}" for item in node.names)]
    assert len(seen) > 3
    return found


def source_of(module: str) -> Path | None:
    package, *rest = module.split(".")
    if package != "the_alchemiser" or not rest:
        return None
    folder = ROOT if rest[0] == "shared" else ROOT / "functions" / rest[0]
    path = folder.joinpath(package, *rest).with_suffix(".py")
    return path if path.is_file() else None
