"""A stack with two releases, as verbs reach it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from operations.moving import Mover
from operations.release_store import ReleaseStore
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


@contextmanager
def two_releases(monkeypatch: pytest.MonkeyPatch, root: Path) -> Iterator[Any]:
    """Reach a stack with two releases of metrics."""
    with in_process_cloud(monkeypatch) as cloud:
        cloud.client("s3").create_bucket(Bucket="artifacts")
        store = ReleaseStore("artifacts", cloud.client("s3"))
        stack = Deployed(store=store, root=root)
        stack.deploy({"data_v2": "data", "metrics_v2": "metrics"})
        stack.deploy({"data_v2": "data", "metrics_v2": "metrics 2"})
        yield FakeAccess(stack)
