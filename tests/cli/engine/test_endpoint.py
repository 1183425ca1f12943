"""The emulator that the environment names, however its URL is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.engine import cli
from local.problems import LocalProblem
from local.workfolder import WorkFolder


def test_a_slash_at_the_end_of_the_emulators_url_does_no_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setenv("EMULATOR_ENDPOINT", "http://127.0.0.1:4566/")

    def answers(url: str) -> bool:
        asked.append(url)
        return True

    monkeypatch.setattr(cli, "is_healthy", answers)

    assert cli.endpoint(WorkFolder(root=tmp_path, home=tmp_path)) == "http://127.0.0.1:4566"
    assert asked == ["http://127.0.0.1:4566"]


def test_an_emulator_that_does_not_answer_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMULATOR_ENDPOINT", "http://127.0.0.1:1")

    with pytest.raises(LocalProblem, match="none answers"):
        cli.endpoint(WorkFolder(root=tmp_path, home=tmp_path))
