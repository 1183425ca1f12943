"""The virtual environment is made once for each state of the lock."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.setup.environment import ensure_environment
from local.problems import LocalProblem
from local.workfolder import WorkFolder
from tests.cli.programs import program

SYNC = """
case $1 in
--version) echo uv 0.13.8 ;;
sync) echo synced >> {calls}; mkdir -p $UV_PROJECT_ENVIRONMENT/bin
    touch $UV_PROJECT_ENVIRONMENT/bin/python ;;
*) exit 1 ;;
esac
"""


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WorkFolder:
    (tmp_path / "uv.lock").write_text("one state")
    (tmp_path / "pyproject.toml").write_text("")
    uv = program(tmp_path / "bin/uv", SYNC.format(calls=tmp_path / "calls"))
    monkeypatch.setenv("PATH", str(uv.parent), prepend=":")
    monkeypatch.setenv("ALCHEMISER_PYTHON", "/usr/bin/python3")
    return WorkFolder(root=tmp_path, home=tmp_path / "home")


def calls(work: WorkFolder) -> int:
    file = work.root / "calls"
    return len(file.read_text().splitlines()) if file.exists() else 0


def test_a_second_command_has_nothing_to_do(work: WorkFolder) -> None:
    assert ensure_environment(work) == ensure_environment(work)
    assert calls(work) == 1


def test_a_changed_lock_is_followed(work: WorkFolder) -> None:
    ensure_environment(work)
    (work.root / "uv.lock").write_text("another state")
    ensure_environment(work)

    assert calls(work) == 2


def test_a_failed_sync_is_tried_again_by_the_next_command(
    work: WorkFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = program(work.root / "failing/uv", "[ $1 = --version ] && echo uv 0.13.8 || exit 2")
    with monkeypatch.context() as patched:
        patched.setenv("PATH", str(failing.parent), prepend=":")
        with pytest.raises(LocalProblem, match="failed with status 2"):
            ensure_environment(work)

    ensure_environment(work)
    assert calls(work) == 1
