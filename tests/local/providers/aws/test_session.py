"""Waiting for AWS: what is repeated, for how long, and what ends it."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from botocore.exceptions import ClientError

from attached_providers.aws.configuration import Configuration
from attached_providers.aws.session import Aws
from attached_providers.failures import ProviderError


def refusal(code: str, message: str) -> ClientError:
    answer: Any = {"Error": {"Code": code, "Message": message}}
    return ClientError(answer, "CreateFunction")


class Calls:
    """Refuses the first calls, then answers."""

    def __init__(self, *refusals: ClientError) -> None:
        self.refusals = list(refusals)
        self.made = 0

    def __call__(self) -> str:
        self.made += 1
        if self.refusals:
            raise self.refusals.pop(0)
        return "made"


class Unhurried(threading.Event):
    """Lets every pause pass at once, and keeps their lengths."""

    def __init__(self) -> None:
        super().__init__()
        self.pauses_s: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.pauses_s.append(timeout or 0.0)
        return self.is_set()


@pytest.fixture
def cancelled() -> Unhurried:
    return Unhurried()


@pytest.fixture
def aws(cancelled: Unhurried) -> Aws:
    return Aws(Configuration(region="us-east-1"), cancelled)


def test_a_role_that_is_not_seen_yet_is_waited_for(aws: Aws, cancelled: Unhurried) -> None:
    unseen = refusal("Invalid", "The role defined for the function cannot be assumed by Lambda.")
    calls = Calls(unseen, unseen, unseen)
    assert aws.retry(calls, {"Invalid"}, "role") == "made"
    assert cancelled.pauses_s == sorted(cancelled.pauses_s)
    assert calls.made == 4


@pytest.mark.parametrize(
    "refused", [refusal("Invalid", "no such runtime"), refusal("AccessDenied", "role")]
)
def test_any_other_refusal_is_told_at_once(aws: Aws, refused: ClientError) -> None:
    calls = Calls(refused)
    with pytest.raises(ClientError):
        aws.retry(calls, {"Invalid"}, "role")
    assert calls.made == 1


def test_a_cancelled_update_is_not_repeated(aws: Aws, cancelled: Unhurried) -> None:
    cancelled.set()
    calls = Calls(refusal("Invalid", "role"), refusal("Invalid", "role"))
    with pytest.raises(ClientError):
        aws.retry(calls, {"Invalid"}, "role")
    assert calls.made == 1


def test_what_never_comes_is_given_up_with_its_name(aws: Aws, cancelled: Unhurried) -> None:
    with pytest.raises(ProviderError, match="expected table t to be active within -1 s"):
        aws.wait(lambda: False, "table t to be active", wait_s=-1)
    cancelled.set()
    with pytest.raises(ProviderError, match="cancelled while waiting for table t"):
        aws.wait(lambda: False, "table t")


def test_one_client_serves_all_calls_of_a_region(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    elsewhere = aws.at("eu-west-1")
    assert aws.client("sqs") is aws.client("sqs")
    assert elsewhere.client("sqs") is not aws.client("sqs")
    assert elsewhere.client("sqs") is aws.at("eu-west-1").client("sqs")
    assert (aws.region, elsewhere.region) == ("us-east-1", "eu-west-1")
