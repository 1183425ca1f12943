"""A run that nobody follows is over before its books are emptied."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest

from blueprint.outputs import StackOutputs
from local.day import fresh_start
from local.day.fresh_start import let_run_out
from local.day.stack import LocalStack
from tests.deployed_outputs import outputs_document
from tests.quick_moto import mock_aws


@dataclass
class Bus:
    """EventBridge that remembers where a tap's events go."""

    sqs: Any
    target: str = ""
    rules: list[str] = field(default_factory=list)

    def put_rule(self, **rule: str) -> None:
        self.rules.append(rule["Name"])

    def put_targets(self, *, Targets: list[dict[str, str]], **_: str) -> None:  # noqa: N803
        self.target = Targets[0]["Arn"].rpartition(":")[2]

    def remove_targets(self, **_: object) -> None:
        self.target = ""

    def delete_rule(self, **rule: str) -> None:
        self.rules.remove(rule["Name"])

    def carry(self, name: str) -> None:
        url = self.sqs.get_queue_url(QueueName=self.target)["QueueUrl"]
        detail = {
            "event_id": name,
            "source_module": "execution_v2",
            "correlation_id": "workflow-1",
            "causation_id": "workflow-1",
            "timestamp": "2026-11-21T00:00:00+00:00",
        }
        envelope = {"detail-type": name, "detail": detail}
        self.sqs.send_message(QueueUrl=url, MessageBody=json.dumps(envelope))


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalStack]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setattr(fresh_start, "QUIET_S", 0)
    with mock_aws():
        sqs = boto3.client("sqs", region_name="us-east-1")
        url = sqs.create_queue(QueueName="execution")["QueueUrl"]
        queues = {"execution": {"name": "execution", "arn": "", "url": url}}
        outputs = StackOutputs.read(outputs_document({}, {}) | {"queues": queues}, "local")
        clients = {"sqs": sqs, "events": Bus(sqs)}
        yield LocalStack(endpoint="", environment={}, outputs=outputs, clients=clients)


def test_what_is_queued_is_never_begun(stack: LocalStack) -> None:
    stack.client("sqs").send_message(QueueUrl=stack.queue_url("execution"), MessageBody="trade")
    assert not stack.is_idle()
    assert let_run_out(stack)
    assert stack.is_idle()
    assert stack.client("events").rules == []


def test_events_are_waited_for_until_there_are_none(
    stack: LocalStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = ["TradeExecuted", "AllTradesCompleted"]
    is_idle = LocalStack.is_idle

    def speak_again(watched: LocalStack) -> bool:
        stack.client("events").carry(left.pop(0))
        return is_idle(watched) and not left

    monkeypatch.setattr(LocalStack, "is_idle", speak_again)
    assert let_run_out(stack)
    assert left == []
