"""What `rollback` and `forward` say of what they did, and of what they had no need to do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from cli.verbs import releases
from tests.cli.reached import two_releases


@pytest.fixture
def access(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    with two_releases(monkeypatch, tmp_path) as reached:
        monkeypatch.setattr(releases, "reach", lambda *_, **__: reached)
        yield reached


def run(verb: click.Command, *arguments: str) -> int:
    status: int = verb.main(["--stack", "dev", *arguments], standalone_mode=False)
    return status


def test_forward_with_nothing_to_let_go_of_says_so_and_records_nothing(
    access: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(releases.forward) == 0

    assert "dev is not held and serves what is newest" in capsys.readouterr().err
    assert len(access.running().releases) == 2


def test_a_set_that_goes_back_whole_restores_its_release(
    access: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(releases.rollback) == 0

    said = capsys.readouterr().err
    assert "dev goes back to release 1:" in said
    assert "release 3 restores release 1: metrics_v2 2 -> 1" in said
    assert "dev is held at release 1 by a rollback" in access.running().held


def test_one_function_that_goes_back_makes_no_release_of_the_others(
    access: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    access.stack.deploy({"data_v2": "data 2", "metrics_v2": "metrics 2"})

    assert run(releases.rollback, "--function", "metrics_v2") == 0

    said = capsys.readouterr().err
    assert "metrics_v2 of dev goes back to release 1:" in said
    assert "release 4 is live, and is a new mixture: metrics_v2 2 -> 1" in said
    assert "dev is held in part at release 1 by a rollback" in access.running().held
