from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from packager.errors import GateError
from packager.store.manifest import BuiltArtifact
from packager.supply.provenance import (
    Origin,
    check_statement,
    origin_of,
    require_attested,
    statement_of,
    written_statement,
)
from tests.packager.supply.shipped import artifact

ORIGIN = Origin(commit="c" * 40, clean=True, builder="urn:packager:workstation")
IDENTITY = ("-c", "user.name=A", "-c", "user.email=a@example.com")


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *IDENTITY, *arguments], cwd=folder, check=True, capture_output=True)


def test_a_statement_binds_digest_commit_lock_and_builder(tmp_path: Path) -> None:
    zipped = artifact(tmp_path, {"a.py": ""})
    statement = statement_of(zipped, ORIGIN)
    assert statement["subject"] == [{"name": "numbers.zip", "digest": {"sha256": zipped.sha256}}]
    definition = statement["predicate"]["buildDefinition"]
    assert definition["internalParameters"]["lock"] == "aa"
    assert definition["resolvedDependencies"][0]["digest"] == {"gitCommit": ORIGIN.commit}
    assert statement["predicate"]["runDetails"]["builder"]["id"] == ORIGIN.builder


def test_what_was_written_is_accepted_for_its_own_bytes_alone(tmp_path: Path) -> None:
    zipped = artifact(tmp_path, {"a.py": ""})
    check_statement(written_statement(zipped, ORIGIN), zipped)
    with pytest.raises(GateError, match=r"expected it to be about SHA-256 0{64}"):
        check_statement(written_statement(zipped, ORIGIN), replace(zipped, sha256="0" * 64))


def test_a_statement_about_another_lock_is_refused(tmp_path: Path) -> None:
    zipped = artifact(tmp_path, {"a.py": ""})
    moved = replace(zipped, inputs={**zipped.inputs, "lock": "bb"})
    with pytest.raises(GateError, match="expected the digest of its lock"):
        check_statement(written_statement(zipped, ORIGIN), moved)


@pytest.mark.parametrize("content", [b"", b"[]", b'{"subject": []}', b"\xff"])
def test_what_is_no_statement_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(GateError, match="expected an in-toto statement"):
        check_statement(content, artifact(tmp_path, {"a.py": ""}))


def test_another_kind_of_statement_is_refused(tmp_path: Path) -> None:
    zipped = artifact(tmp_path, {"a.py": ""})
    other = {**statement_of(zipped, ORIGIN), "predicateType": "https://example.com/vulns"}
    with pytest.raises(GateError, match="found another kind"):
        check_statement(json.dumps(other).encode(), zipped)


def test_the_origin_is_the_commit_and_whether_anything_differs_from_it(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / "a.py").write_text("A = 1\n")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "First")
    clean = origin_of(tmp_path, {})
    assert (len(clean.commit), clean.clean) == (40, True)
    (tmp_path / "a.py").write_text("A = 2\n")
    assert origin_of(tmp_path, {}) == replace(clean, clean=False)


def test_without_a_repository_no_commit_is_claimed(tmp_path: Path) -> None:
    found = origin_of(tmp_path, {})
    assert (found.commit, found.clean) == ("", False)
    definition = statement_of(artifact(tmp_path, {"a.py": ""}), found)["predicate"]
    assert definition["buildDefinition"]["resolvedDependencies"] == []


def test_on_a_forge_the_builder_is_its_workflow(tmp_path: Path) -> None:
    forge = {
        "GITHUB_SERVER_URL": "https://forge.example",
        "GITHUB_WORKFLOW_REF": "us/it/.github/workflows/main.yml@refs/heads/main",
    }
    assert origin_of(tmp_path, forge).builder == (
        "https://forge.example/us/it/.github/workflows/main.yml@refs/heads/main"
    )


@dataclass(frozen=True)
class Kept:
    """A bucket with one layer and what is said of it."""

    artifact: BuiltArtifact | None
    statement: bytes | None

    def find_layer(self, name: str, key: str, path: Path) -> BuiltArtifact | None:
        return self.artifact

    def find_statement(self, name: str, key: str) -> bytes | None:
        return self.statement


def test_a_layer_with_its_own_statement_is_attested(tmp_path: Path) -> None:
    zipped = artifact(tmp_path, {"a.py": ""})
    require_attested(Kept(zipped, written_statement(zipped, ORIGIN)), {"numbers": zipped.key})


@pytest.mark.parametrize(
    ("has_layer", "statement", "fault"),
    [
        (True, None, "expected its provenance in the bucket, found none"),
        (False, b"{}", "expected its layer in the bucket, found none"),
        (True, b"{}", "expected an in-toto statement"),
    ],
)
def test_a_layer_that_nothing_vouches_for_is_named(
    tmp_path: Path, has_layer: bool, statement: bytes | None, fault: str
) -> None:
    zipped = artifact(tmp_path, {"a.py": ""})
    kept = Kept(zipped if has_layer else None, statement)
    with pytest.raises(GateError, match=rf"layer numbers {zipped.key[:12]}: {fault}"):
        require_attested(kept, {"numbers": zipped.key})
