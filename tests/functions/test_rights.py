"""The guard that every other test of functions runs under."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cloud import Cloud
from tests.functions.rights import NotAllowedError, actions, require
from the_alchemiser.shared.table import Change, Table

ASKED: list[tuple[str, str, dict[str, Any], list[str]]] = [
    ("dynamodb", "GetItem", {}, ["dynamodb:GetItem"]),
    ("s3", "HeadObject", {}, ["s3:GetObject"]),
    ("s3", "ListObjectsV2", {}, ["s3:ListBucket"]),
    ("lambda", "Invoke", {}, ["lambda:InvokeFunction"]),
    ("monitoring", "PutMetricData", {}, ["cloudwatch:PutMetricData"]),
    (
        "dynamodb",
        "TransactWriteItems",
        {"TransactItems": [{"Put": {}}, {"Update": {}}]},
        ["dynamodb:PutItem", "dynamodb:UpdateItem"],
    ),
]


@pytest.mark.parametrize(("service", "operation", "parameters", "expected"), ASKED)
def test_a_call_is_what_iam_is_asked(
    service: str, operation: str, parameters: dict[str, Any], expected: list[str]
) -> None:
    assert list(actions(service, operation, parameters)) == expected


REFUSED: list[tuple[str, str, str, dict[str, Any]]] = [
    ("execution_v2", "dynamodb", "DeleteItem", {}),
    ("metrics_v2", "dynamodb", "PutItem", {}),
    ("strategy_v2", "s3", "PutObject", {}),
    ("notifications_v2", "s3", "ListObjectsV2", {}),
    ("trade_aggregator", "secretsmanager", "GetSecretValue", {}),
    ("metrics_v2", "events", "PutEvents", {"Entries": [{"DetailType": "TradeExecuted"}]}),
]


@pytest.mark.parametrize(("function", "service", "operation", "parameters"), REFUSED)
def test_what_a_role_does_not_allow_is_refused(
    function: str, service: str, operation: str, parameters: dict[str, Any]
) -> None:
    with pytest.raises(NotAllowedError, match=f"the role of {function} does not"):
        require(function, service, operation, parameters)


def test_code_of_a_function_is_held_to_its_role(cloud: Cloud) -> None:
    table = cloud.table()
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
