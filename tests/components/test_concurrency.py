"""What functions reserve is held to what Lambda says that the account has."""

from __future__ import annotations

from typing import Any

import boto3
import pulumi
import pytest

from components.concurrency import Allowance, read_allowance
from tests import recorded_program
from tests.quick_moto import mock_aws
from tests.recorded_program import run, stack_config

NEW_ACCOUNT = Allowance(limit=10, free=10)


def on_aws(monkeypatch: pytest.MonkeyPatch, allowance: Allowance, **changes: object) -> Any:
    monkeypatch.setattr(recorded_program, "ROOMY", lambda client, functions: allowance)
    environ = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "y"}
    return run("dev", stack_config("dev", **changes), preview=True, environ=environ)


def test_a_new_account_is_refused_before_anything_with_the_setting_that_helps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(pulumi.RunError) as refused:
        on_aws(monkeypatch, NEW_ACCOUNT)

    said = str(refused.value)
    assert "has 10 concurrent executions in us-east-1" in said
    assert "may reserve 0 (Lambda keeps 100 unreserved); they reserve 10" in said
    assert "alchemiser-dev-execution 10" in said
    assert "`reserves_concurrency: false` in Pulumi.dev.yaml" in said


def test_a_new_account_takes_a_stack_that_reserves_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert on_aws(monkeypatch, NEW_ACCOUNT, reserves_concurrency="false").resources.all


def test_the_plan_says_what_the_account_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(pulumi.log, "info", told.append)

    on_aws(monkeypatch, Allowance(limit=1000, free=900))

    assert told == [
        "Account 111111111111 allows 1000 concurrent executions, 800 of them reservable by this "
        "stack, which reserves 10."
    ]


def test_what_the_stack_holds_already_is_not_counted_against_it() -> None:
    with mock_aws():
        iam = boto3.client("iam", region_name="us-east-1")
        role = iam.create_role(RoleName="r", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
        client = boto3.client("lambda", region_name="us-east-1")
        client.create_function(
            FunctionName="mine",
            Role=role,
            Runtime="python3.12",
            Handler="a.b",
            Code={"ZipFile": b"zip"},
        )
        client.put_function_concurrency(FunctionName="mine", ReservedConcurrentExecutions=30)
        without = Lambda(client, unreserved=970)

        found = read_allowance(without, {"mine": 30, "not-there-yet": 5})  # type: ignore[arg-type]

    assert found == Allowance(limit=1000, free=1000)


class Lambda:
    """Moto's Lambda, which knows no account settings."""

    def __init__(self, client: Any, unreserved: int) -> None:
        self.get_function_concurrency = client.get_function_concurrency
        self._unreserved = unreserved

    def get_account_settings(self) -> Any:
        limits = {"ConcurrentExecutions": 1000, "UnreservedConcurrentExecutions": self._unreserved}
        return {"AccountLimit": limits}
