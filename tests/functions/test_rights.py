"""The guard that every other test of functions runs under."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

from catalogue.system import SYSTEM
from components.grants import statements
from components.policy_documents import document
from components.probes import probes
from tests.accounts.evaluator import verdicts
from tests.cloud import Cloud
from tests.functions.deployed import BARS, BUS, LEDGER, NAMESPACE, PLACE, RUNS, SESSIONS, alias
from tests.functions.rights import (
    FUNCTIONS,
    Call,
    Guard,
    NotAllowedError,
    Right,
    allowed,
    calls,
    entry_of,
    granting,
    merge,
    needed,
)
from the_alchemiser.shared.table import Change, Table

ROOT = Path(__file__).parents[2]
TABLES = "arn:aws:dynamodb:us-east-1:123456789012:table"
ASKED: list[tuple[str, str, dict[str, Any], list[tuple[str, str]]]] = [
    (
        "dynamodb",
        "GetItem",
        {"TableName": RUNS},
        [("dynamodb:GetItem", f"{TABLES}/{RUNS}")],
    ),
    (
        "dynamodb",
        "Query",
        {"TableName": LEDGER, "IndexName": "GSI6"},
        [("dynamodb:Query", f"{TABLES}/{LEDGER}/index/GSI6")],
    ),
    (
        "dynamodb",
        "TransactWriteItems",
        {"TransactItems": [{"Put": {"TableName": RUNS}}, {"Update": {"TableName": LEDGER}}]},
        [
            ("dynamodb:PutItem", f"{TABLES}/{RUNS}"),
            ("dynamodb:UpdateItem", f"{TABLES}/{LEDGER}"),
        ],
    ),
    (
        "s3",
        "HeadObject",
        {"Bucket": BARS, "Key": "KO/metadata.json"},
        [("s3:GetObject", f"arn:aws:s3:::{BARS}/KO/metadata.json")],
    ),
    ("s3", "ListObjectsV2", {"Bucket": BARS}, [("s3:ListBucket", f"arn:aws:s3:::{BARS}")]),
    (
        "lambda",
        "Invoke",
        {"FunctionName": alias("strategy_v2")},
        [("lambda:InvokeFunction", PLACE.alias_arn("strategy-worker"))],
    ),
    (
        "monitoring",
        "PutMetricData",
        {"Namespace": NAMESPACE},
        [("cloudwatch:PutMetricData", "*")],
    ),
]


@pytest.mark.parametrize(("service", "operation", "parameters", "expected"), ASKED)
def test_a_call_is_what_iam_is_asked(
    service: str, operation: str, parameters: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    found = [(call.action, call.resource) for call in calls(service, operation, parameters)]

    assert found == expected


REFUSED: list[tuple[str, str, str, dict[str, Any]]] = [
    ("execution_v2", "dynamodb", "DeleteItem", {"TableName": RUNS}),
    ("execution_v2", "dynamodb", "PutItem", {"TableName": RUNS}),
    ("execution_v2", "dynamodb", "Query", {"TableName": LEDGER}),
    ("execution_v2", "dynamodb", "Query", {"TableName": LEDGER, "IndexName": "GSI5"}),
    ("data_v2", "dynamodb", "GetItem", {"TableName": SESSIONS}),
    ("metrics_v2", "dynamodb", "PutItem", {"TableName": LEDGER}),
    ("strategy_v2", "s3", "PutObject", {"Bucket": BARS, "Key": "KO/metadata.json"}),
    ("strategy_v2", "s3", "GetObject", {"Bucket": BARS, "Key": "KO/x"}),
    ("data_v2", "s3", "DeleteObject", {"Bucket": BARS, "Key": "KO/metadata.json"}),
    ("data_v2", "s3", "PutObject", {"Bucket": BARS, "Key": "KO/other/x"}),
    ("notifications_v2", "s3", "PutObject", {"Bucket": PLACE.bucket("reports"), "Key": "x.csv"}),
    ("strategy_v2", "s3", "GetObject", {"Bucket": "another-bucket", "Key": "KO/daily/x"}),
    ("notifications_v2", "s3", "ListObjectsV2", {"Bucket": BARS}),
    ("trade_aggregator", "secretsmanager", "GetSecretValue", {"SecretId": "broker"}),
    ("coordinator_v2", "lambda", "Invoke", {"FunctionName": alias("data_v2")}),
    ("metrics_v2", "monitoring", "PutMetricData", {"Namespace": "Another/Dev"}),
    (
        "metrics_v2",
        "events",
        "PutEvents",
        {"Entries": [{"EventBusName": BUS, "DetailType": "TradeExecuted"}]},
    ),
    (
        "execution_v2",
        "events",
        "PutEvents",
        {"Entries": [{"EventBusName": "another", "DetailType": "TradeExecuted"}]},
    ),
]


@pytest.mark.parametrize(("function", "service", "operation", "parameters"), REFUSED)
def test_what_a_role_does_not_allow_is_refused(
    function: str, service: str, operation: str, parameters: dict[str, Any]
) -> None:
    with pytest.raises(NotAllowedError, match=f"the role of {function} does not allow"):
        Guard().require(function, service, operation, parameters)


def test_code_of_a_function_is_held_to_its_role(cloud: Cloud) -> None:
    table = cloud.table(LEDGER)
    source = "def run(table, change): return table.change(change)"
    code: dict[str, Any] = {"__name__": "the_alchemiser.metrics_v2.adapters"}
    # Only code of a function can be refused as one.
    exec(source, code)
    change = Change(key={"PK": "a", "SK": "b"}, update="SET #n = :one", names={"#n": "n"})

    with pytest.raises(NotAllowedError, match="metrics_v2 does not allow dynamodb:UpdateItem"):
        code["run"](table, change)


def test_a_test_itself_may_do_anything(cloud: Cloud) -> None:
    table: Table = cloud.table()

    assert table.put_new({"PK": "a", "SK": "b"})


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_role_allows_what_a_call_needs_and_nothing_else(function: str) -> None:
    used = {right for right, _, _ in needed() if right.function == function}

    assert set(allowed(function)) == used


@pytest.mark.parametrize("test", sorted({test for _, _, test in needed()}))
def test_the_test_that_needs_a_right_exists(test: str) -> None:
    path, _, name = test.partition("::")
    wanted = name.rpartition("::")[2].partition("[")[0]
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))

    assert wanted in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_of_many_calls_the_first_is_kept() -> None:
    line = '{{"right": {{"function": "f"}}, "call": {{"resource": "{}"}}, "test": "{}"}}'

    (kept,) = merge(line.format(*each) for each in (("r", "b"), ("q", "b"), ("s", "c")))

    assert (kept["test"], kept["call"]["resource"]) == ("b", "q")


@pytest.mark.parametrize("function", FUNCTIONS)
def test_what_a_function_is_asked_to_touch_before_it_goes_live_is_its_right(function: str) -> None:
    for probe in probes(entry_of(function), SYSTEM, PLACE):
        if probe["kind"] == "table":
            place = {"TableName": probe["name"], "IndexName": probe.get("index")}
            (call,) = calls("dynamodb", probe["by"], place)
            assert granting(function, call), probe


@pytest.mark.integration
def test_without_any_one_of_its_rights_a_role_refuses_the_call_that_needs_it() -> None:
    """Asks the emulator's own reading of IAM."""
    entries = needed()

    with_all = verdicts([question(right, call, without=None) for right, call, _ in entries])
    without = verdicts([question(right, call, without=right) for right, call, _ in entries])

    assert set(with_all) == {"Allow"}
    unnoticed = [entries[n][0] for n, verdict in enumerate(without) if verdict == "Allow"]
    assert unnoticed == []


def question(right: Right, call: Call, without: Right | None) -> dict[str, Any]:
    """Ask for a call in the name of a role that may lack one of its rights."""
    kept = [
        single
        for statement in statements(entry_of(right.function), SYSTEM, PLACE)
        for single in taken_apart(statement)
        if without is None or not is_of(single, without)
    ]
    return {
        "principal": f"arn:aws:sts::{PLACE.account_id}:assumed-role/{right.function}/it",
        "action": call.action,
        "resource": call.resource,
        "context": dict(call.context),
        "documents": [document(kept)],
    }


def taken_apart(statement: Any) -> list[dict[str, Any]]:
    """Write one statement for each action, resource and value of its condition."""
    conditions: list[dict[str, Any]] = [{}]
    for operator, test in statement.get("Condition", {}).items():
        for key, values in test.items():
            each = [values] if isinstance(values, str) else values
            conditions = [{"Condition": {operator: {key: value}}} for value in each]
    return [
        {"Effect": "Allow", "Action": action, "Resource": resource, **condition}
        for action in statement["Action"]
        for resource in statement["Resource"]
        for condition in conditions
    ]


def is_of(single: dict[str, Any], right: Right) -> bool:
    """Tell whether a statement is what allows a right."""
    values = [v for test in single.get("Condition", {}).values() for v in test.values()]
    same = (single["Action"], single["Resource"]) == (right.action, right.resource)
    return same and (not right.value or right.value in values)
