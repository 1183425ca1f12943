"""A lock is lifted only when its owner is dead on this host."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import pytest

from local.problems import LocalProblem
from operations.recovery.backends import BucketLocks, FileLocks, lock_folder
from operations.recovery.locks import lift_dead_locks
from tests.quick_moto import mock_aws


@pytest.fixture
def dead() -> int:
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid


def lock(pid: int, host: str = "", since: datetime | None = None) -> str:
    moment = (since or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%S.123456789Z")
    content = {"pid": pid, "username": "me", "hostname": host or socket.gethostname()}
    return json.dumps({**content, "timestamp": moment})


def place(folder: Path, text: str) -> Path:
    file = folder / ".pulumi/locks/organization/alchemiser/local/1.json"
    file.parent.mkdir(parents=True)
    file.write_text(text)
    return file


def test_the_lock_of_a_dead_owner_is_named_and_lifted(
    tmp_path: Path, dead: int, capsys: pytest.CaptureFixture[str]
) -> None:
    file = place(tmp_path, lock(dead))

    assert lift_dead_locks(FileLocks(tmp_path, "alchemiser"), "local") == 1

    assert not file.exists()
    assert f"process {dead} of me@{socket.gethostname()} since 2" in capsys.readouterr().err


def test_the_lock_of_a_living_owner_stays(tmp_path: Path) -> None:
    file = place(tmp_path, lock(os.getpid()))

    with pytest.raises(LocalProblem, match="still running"):
        lift_dead_locks(FileLocks(tmp_path, "alchemiser"), "local", patience_s=0)

    assert file.exists()


def test_a_process_that_started_after_the_lock_is_not_its_owner(tmp_path: Path) -> None:
    last_week = datetime.now(UTC) - timedelta(days=7)
    place(tmp_path, lock(os.getpid(), since=last_week))

    assert lift_dead_locks(FileLocks(tmp_path, "alchemiser"), "local", patience_s=0) == 1


def test_the_lock_of_another_host_stays(tmp_path: Path, dead: int) -> None:
    file = place(tmp_path, lock(dead, host="elsewhere"))

    with pytest.raises(LocalProblem, match="elsewhere"):
        lift_dead_locks(FileLocks(tmp_path, "alchemiser"), "local")

    assert file.exists()


def test_a_stack_without_locks_has_none_to_lift(tmp_path: Path) -> None:
    assert lift_dead_locks(FileLocks(tmp_path, "alchemiser"), "local") == 0


@mock_aws
def test_locks_in_a_bucket_are_lifted_alike(dead: int) -> None:
    s3 = boto3.client("s3", region_name="us-east-1")
    s3.create_bucket(Bucket="state")
    key = "team/.pulumi/locks/organization/alchemiser/dev/1.json"
    s3.put_object(Bucket="state", Key=key, Body=lock(dead).encode())

    folder = lock_folder("s3://state/team?region=us-east-1", "alchemiser", {})

    assert isinstance(folder, BucketLocks)
    assert lift_dead_locks(folder, "dev") == 1
    assert list(folder.locks("dev")) == []


def test_the_backends_service_looks_after_its_own_locks() -> None:
    assert lock_folder("https://service.test", "alchemiser", {}) is None


def test_a_backend_of_another_kind_is_named() -> None:
    with pytest.raises(LocalProblem, match="gs://state"):
        lock_folder("gs://state", "alchemiser", {})
