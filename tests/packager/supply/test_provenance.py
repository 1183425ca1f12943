from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

from packager.supply.provenance import (
    Origin,
    origin_of,
    statement_of,
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


def test_on_github_the_builder_is_its_workflow(tmp_path: Path) -> None:
    github = {
        "GITHUB_SERVER_URL": "https://github.example",
        "GITHUB_WORKFLOW_REF": "us/it/.github/workflows/main.yml@refs/heads/main",
    }
    assert origin_of(tmp_path, github).builder == (
        "https://github.example/us/it/.github/workflows/main.yml@refs/heads/main"
    )
