from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from blueprint.outputs import StackOutputs
from operations.release_store import ReleaseStore
from tests.cloud import in_process_cloud
from tests.deployed_outputs import outputs_document
from tests.operations.deployments import Deployed
from tests.operations.fakes import lambda_digest


@pytest.fixture
def outputs() -> Callable[..., StackOutputs]:
    def make(functions: dict[str, str], layers: dict[str, str]) -> StackOutputs:
        digests = {name: lambda_digest(code) for name, code in functions.items()}
        return StackOutputs.read(outputs_document(digests, layers), "dev")

    return make


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[ReleaseStore]:
    """Give an empty bucket for releases, on an S3 in this process."""
    with in_process_cloud(monkeypatch) as cloud:
        client = cloud.client("s3")
        client.create_bucket(Bucket="artifacts")
        yield ReleaseStore("artifacts", client)


@pytest.fixture
def stack(store: ReleaseStore, tmp_path: Path) -> Deployed:
    """Give a stack of which nothing is deployed yet."""
    return Deployed(store=store, root=tmp_path)


@pytest.fixture
def stack_named(store: ReleaseStore, tmp_path: Path) -> Callable[[str], Deployed]:
    """Give stacks by their names, each with releases of its own."""

    def make(name: str) -> Deployed:
        store.client.create_bucket(Bucket=f"artifacts-{name}")
        made = Deployed(store=ReleaseStore(f"artifacts-{name}", store.client), root=tmp_path)
        made.engine.stack = name
        return made

    return make
