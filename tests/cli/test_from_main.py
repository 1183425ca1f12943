"""Only what is on main is promoted, asked of git itself."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.verbs import operations
from operations.errors import OperationError


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for line in (
        "init -q -b main",
        "commit -q --allow-empty -m merged",
        "tag v1",
        "checkout -q -b side",
        "commit -q --allow-empty -m unmerged",
        "tag v2",
    ):
        identity = ["-c", "user.name=Nobody", "-c", "user.email=nobody@example.invalid"]
        subprocess.run(["git", *identity, *line.split()], cwd=tmp_path, check=True)
    monkeypatch.setattr(operations, "ROOT", tmp_path)
    return tmp_path


def ask(repository: Path, commit: str) -> int:
    subprocess.run(["git", "checkout", "-q", commit], cwd=repository, check=True)
    answer = CliRunner().invoke(operations.from_main, ["--main", "main"], standalone_mode=False)
    if answer.exception is not None:
        raise answer.exception
    status: int = answer.return_value
    return status


def test_a_tag_on_main_may_be_promoted(repository: Path) -> None:
    assert ask(repository, "v1") == 0


def test_a_tag_beside_main_is_refused(repository: Path) -> None:
    with pytest.raises(OperationError, match="prod gets only what was merged"):
        ask(repository, "v2")


def test_a_base_is_a_commit_and_never_an_option_of_git(repository: Path, tmp_path: Path) -> None:
    options = ["--base", f"--output={tmp_path / 'written'}"]

    answer = CliRunner().invoke(operations.routes, options, standalone_mode=False)

    assert isinstance(answer.exception, OperationError)
    assert not list(tmp_path.glob("written*"))


def test_a_checkout_that_knows_no_main_is_refused_too(repository: Path) -> None:
    subprocess.run(["git", "branch", "-D", "-q", "main"], cwd=repository, check=True)
    with pytest.raises(OperationError, match="failed"):
        ask(repository, "v1")
