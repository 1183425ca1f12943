"""The uv that is used, and how one is fetched where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.setup import uv_tool
from local.problems import LocalProblem
from local.workfolder import WorkFolder
from tests.cli.programs import program

LOCK = """
[[package]]
name = "numpy"
version = "2.0.0"

[[package]]
name = "uv"
version = "0.13.8"
wheels = [
    { url = "https://index.test/a.whl", hash = "sha256:aa" },
    { url = "https://index.test/b.whl", hash = "sha256:bb" },
]
"""


def test_the_pin_and_its_hashes_come_from_the_one_lock(tmp_path: Path) -> None:
    lock = tmp_path / "uv.lock"
    lock.write_text(LOCK)

    assert uv_tool.locked_requirement(lock) == ("uv==0.13.8 --hash=sha256:aa --hash=sha256:bb\n")


def test_a_recent_uv_on_path_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    uv = program(tmp_path / "bin/uv", "echo uv 0.9.1")
    monkeypatch.setenv("PATH", str(uv.parent), prepend=":")

    assert uv_tool.find_uv(WorkFolder(root=tmp_path, home=tmp_path / "home")) == uv


def test_an_old_uv_is_passed_over_and_a_failed_fetch_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uv = program(tmp_path / "bin/uv", "echo uv 0.4.0")
    python = program(tmp_path / "bin/python", '[ "$3" = install ] && exit 1; echo pip 24')
    monkeypatch.setenv("PATH", str(uv.parent), prepend=":")
    monkeypatch.setattr("sys.executable", str(python))
    (tmp_path / "uv.lock").write_text(LOCK)
    work = WorkFolder(root=tmp_path, home=tmp_path / "home")

    with pytest.raises(LocalProblem, match="put a uv >= 0"):
        uv_tool.find_uv(work)

    assert list(work.tools.iterdir()) == []


def test_a_python_without_pip_and_venv_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = program(tmp_path / "bin/python", "exit 1")
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    monkeypatch.setattr("sys.executable", str(python))
    (tmp_path / "uv.lock").write_text(LOCK)

    with pytest.raises(LocalProblem, match="python3-pip, or python3-venv"):
        uv_tool.find_uv(WorkFolder(root=tmp_path, home=tmp_path / "home"))


def test_what_does_not_run_has_no_version(tmp_path: Path) -> None:
    assert uv_tool.version_of(tmp_path / "none") is None
