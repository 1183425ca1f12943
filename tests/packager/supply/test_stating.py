from __future__ import annotations

import json
import subprocess
from pathlib import Path

import boto3
import pytest

from packager.store.bucket import ArtifactBucket
from packager.store.manifest import BuiltArtifact
from packager.supply.stating import may_be_bettered, state_function
from tests.packager.supply.shipped import artifact

IDENTITY = ("-c", "user.name=A", "-c", "user.email=a@example.com")


@pytest.fixture
def kept(emulated_s3: None) -> ArtifactBucket:
    boto3.client("s3").create_bucket(Bucket="artifacts")
    return ArtifactBucket.connect("artifacts")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    root = tmp_path / "checkout"
    root.mkdir()
    (root / "a.py").write_text("A = 1\n")
    for arguments in (("init", "-q"), ("add", "."), ("commit", "-qm", "First")):
        subprocess.run(["git", *IDENTITY, *arguments], cwd=root, check=True)
    return root


@pytest.fixture
def zipped(tmp_path: Path) -> BuiltArtifact:
    return artifact(tmp_path, {"a.py": ""})


def clean(kept: ArtifactBucket, zipped: BuiltArtifact) -> bool:
    statement = kept.find_function_statement(zipped.name, zipped.sha256)
    assert statement is not None
    found: bool = json.loads(statement)["predicate"]["buildDefinition"]["internalParameters"][
        "clean"
    ]
    return found


def test_only_what_differed_from_its_commit_is_said_anew(
    kept: ArtifactBucket, zipped: BuiltArtifact, checkout: Path
) -> None:
    (checkout / "a.py").write_text("A = 2\n")
    state_function(kept, zipped, checkout)
    assert not clean(kept, zipped)
    (checkout / "a.py").write_text("A = 1\n")
    state_function(kept, zipped, checkout)
    assert clean(kept, zipped)
    (checkout / "a.py").write_text("A = 2\n")
    state_function(kept, zipped, checkout)
    assert clean(kept, zipped)


def test_a_checkout_that_differs_from_its_commit_betters_nothing(
    kept: ArtifactBucket, zipped: BuiltArtifact, checkout: Path
) -> None:
    assert may_be_bettered(None, checkout)
    (checkout / "a.py").write_text("A = 2\n")
    state_function(kept, zipped, checkout)
    statement = kept.find_function_statement(zipped.name, zipped.sha256)
    assert not may_be_bettered(statement, checkout)
    (checkout / "a.py").write_text("A = 1\n")
    assert may_be_bettered(statement, checkout)
    state_function(kept, zipped, checkout)
    assert not may_be_bettered(kept.find_function_statement(zipped.name, zipped.sha256), checkout)
