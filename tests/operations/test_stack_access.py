"""A stack in another account is looked at by the role that is there for it."""

from __future__ import annotations

from collections.abc import Iterator

import boto3
import pytest
from moto.core import set_initial_no_auth_action_count

from operations.errors import OperationError
from operations.stack_access import StackAccess
from tests.quick_moto import mock_aws

CALLER = "123456789012"
"""The account of every caller of moto's."""
OTHER = "111111111111"


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_REGION", "us-west-2")
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        yield


def access(account: str) -> StackAccess:
    role = f"arn:aws:iam::{account}:role/alchemiser-ci-dev-promotion"
    return StackAccess.on_aws("dev", "eu-west-1", account, role)


def account_of(session: boto3.Session) -> str:
    return session.client("sts").get_caller_identity()["Account"]


def test_callers_of_another_account_look_by_the_role_that_is_there_for_them() -> None:
    assert account_of(access(OTHER).session_there()) == OTHER


def test_the_stacks_own_account_needs_no_other_role() -> None:
    stack = access(CALLER)

    assert stack.session_there() is stack.session


@pytest.mark.parametrize("account", [CALLER, OTHER])
def test_every_client_is_of_the_stacks_region(account: str) -> None:
    stack = access(account)

    assert stack.session.region_name == stack.session_there().region_name == "eu-west-1"
    assert stack.live.client.meta.region_name == stack.s3.meta.region_name == "eu-west-1"


@set_initial_no_auth_action_count(1)
def test_who_may_not_assume_the_role_is_told_what_is_missing() -> None:
    with pytest.raises(OperationError, match="make bootstrap-account CHECK=1"):
        access(OTHER).session_there()
