"""Where a checkout keeps what it makes."""

from __future__ import annotations

from pathlib import Path

import pytest

from local.problems import LocalProblem, disk_full
from local.progress import Task
from local.workfolder import WorkFolder


def test_two_checkouts_share_nothing() -> None:
    one, other = WorkFolder.of(Path("/one"), {}), WorkFolder.of(Path("/other"), {})

    assert one.home == Path("/one/.alchemiser")
    assert other.home == Path("/other/.alchemiser")


def test_the_environment_may_name_another_place() -> None:
    assert WorkFolder.of(Path("/one"), {"ALCHEMISER_HOME": "/big"}).state == Path("/big/state")


def test_a_failed_step_shows_the_end_of_its_log_and_what_to_do(tmp_path: Path) -> None:
    task = Task(
        title="making it",
        command=["sh", "-c", "echo the reason; exit 3"],
        log=tmp_path / "logs/it.log",
        folder=tmp_path,
        remedy="Mend it.",
    )

    with pytest.raises(LocalProblem, match=r"(?s)status 3.*the reason.*Mend it"):
        task.run()


def test_a_step_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    task = Task(
        title="making it",
        command=["sleep", "30"],
        log=tmp_path / "it.log",
        folder=tmp_path,
        remedy="Mend it.",
        timeout_s=0.1,
    )

    with pytest.raises(LocalProblem, match="not done after 0"):
        task.run()


def test_a_full_disk_is_told_for_a_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    assert "set ALCHEMISER_HOME" in str(disk_full(tmp_path / "a/b/c"))
