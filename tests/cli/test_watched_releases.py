"""What a watch takes back, and what it leaves alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from cli.verbs.releases import followed, watched
from operations.errors import OperationError
from operations.moving import Mover
from operations.release_store import ReleaseStore
from operations.rollback import plan_rollback
from operations.running import Running
from tests.cloud import in_process_cloud
from tests.operations.deployments import Deployed

FIRING = {
    "AlarmName": "alchemiser-dev-metrics-errors",
    "StateValue": "ALARM",
    "StateReason": "hand",
}


@dataclass
class FakeAlarms:
    """Has nothing in ALARM when it is asked first, and one alarm from then on."""

    asked: int = 0

    def get_paginator(self, operation: str) -> FakeAlarms | FakeValues:
        return FakeValues() if operation == "get_metric_data" else self

    def paginate(self, **_: str) -> Iterator[Mapping[str, Any]]:
        self.asked += 1
        yield {"MetricAlarms": [FIRING] if self.asked > 1 else []}


class FakeValues:
    """Has counted nothing."""

    def paginate(self, **_: object) -> Iterator[Mapping[str, Any]]:
        yield {"MetricDataResults": []}


@dataclass
class FakeAccess:
    """Reaches a stack that tests deploy."""

    stack: Deployed
    alarms: FakeAlarms = field(default_factory=FakeAlarms)
    endpoint_url: str | None = None

    @property
    def engine(self) -> Any:
        self.stack.engine.deployed = self.stack.running().outputs
        return self.stack.engine

    @property
    def live(self) -> Any:
        return self.stack.live

    def client(self, service: str) -> FakeAlarms:
        assert service == "cloudwatch"
        return self.alarms

    def running(self, _known: Running | None = None) -> Running:
        return self.stack.running()

    def mover(self, _outputs: object) -> Mover:
        return self.stack.mover


@pytest.fixture
def access(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    """Give a stack with two releases of metrics."""
    with in_process_cloud(monkeypatch) as cloud:
        cloud.client("s3").create_bucket(Bucket="artifacts")
        store = ReleaseStore("artifacts", cloud.client("s3"))
        stack = Deployed(store=store, root=tmp_path)
        stack.deploy({"data_v2": "data", "metrics_v2": "metrics"})
        stack.deploy({"data_v2": "data", "metrics_v2": "metrics 2"})
        yield FakeAccess(stack)


def test_an_alarm_takes_the_release_back_and_says_which_and_why(access: Any) -> None:
    with pytest.raises(OperationError) as told:
        watched(access, "5s")

    assert "release 2 was taken back because metrics-errors fired" in str(told.value)
    assert access.stack.versions == {"data_v2": "1", "metrics_v2": "1"}


def test_what_a_rollback_holds_is_not_taken_back_further(access: Any) -> None:
    access.stack.deploy({"data_v2": "data", "metrics_v2": "metrics 3"})
    running = access.running()
    plan = plan_rollback(running, access.live, to=None, function="")
    access.stack.mover.carry_out(running, plan, hold=True)

    with pytest.raises(OperationError, match="nothing was taken back: dev is held at release 2"):
        watched(access, "5s")

    assert access.stack.versions["metrics_v2"] == "2"


def test_a_run_that_let_nothing_new_go_live_is_not_watched(
    access: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert followed(access, "5s", access.running()) == 0
    assert followed(access, "", None) == 0

    assert "nothing new went live" in capsys.readouterr().err
    assert access.alarms.asked == 0
