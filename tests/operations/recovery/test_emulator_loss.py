"""An emulator that forgot everything is told from one in which something was deleted."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from operations.recovery.deployment import Deployment
from operations.recovery.emulator_loss import forget_lost, is_lost
from tests.operations.recovery.fake_cloud import FakeCloud
from tests.operations.recovery.test_mending import FakeCommands

RECORDED: list[dict[str, Any]] = [
    {"type": "aws:sqs/queue:Queue", "inputs": {"name": "jobs"}, "custom": True},
    {"type": "aws:iam/role:Role", "inputs": {"name": "worker"}, "custom": True},
    {"type": "alchemiser:index:Table", "custom": False},
]


def recorded() -> Deployment:
    return Deployment(document={"resources": RECORDED, "manifest": 1})


def test_nothing_left_of_any_kind_is_a_loss() -> None:
    assert is_lost(recorded(), FakeCloud())


def test_one_thing_left_is_no_loss() -> None:
    assert not is_lost(recorded(), FakeCloud({("iam", "get_role"): {"Role": {}}}))


class Refusing(FakeCloud):
    """A cloud that shows nothing to whoever asks with another account."""

    def ask(self, service: str, operation: str, **arguments: Any) -> dict[str, Any] | None:
        raise ClientError({"Error": {"Code": "403", "Message": "Forbidden"}}, operation)


def test_a_refusal_is_no_loss() -> None:
    assert not is_lost(recorded(), Refusing())


def test_an_empty_record_lost_nothing() -> None:
    assert not is_lost(Deployment(document={}), FakeCloud())


def test_the_record_is_emptied_and_a_person_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    commands = FakeCommands()

    forget_lost(commands, "local", recorded())

    assert commands.imported == [{"resources": [], "manifest": 1}]
    assert "The 2 resources on record are gone" in capsys.readouterr().err
