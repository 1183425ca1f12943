"""What a watch takes back, and what it leaves alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.verbs.releases import followed, watched
from operations.errors import OperationError
from operations.rollback import plan_rollback
from tests.cli.reached import two_releases


@pytest.fixture
def access(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    with two_releases(monkeypatch, tmp_path) as reached:
        yield reached


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
