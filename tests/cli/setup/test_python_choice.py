"""Which Python the project runs on, among those of a machine."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from cli.setup.python_choice import choose_python, interpreter
from local.workfolder import WorkFolder
from tests.cli.programs import program

REFUSES = "echo 'pyenv: python3.12: command not found' >&2; exit 127"


@pytest.fixture
def work(tmp_path: Path) -> WorkFolder:
    return WorkFolder(root=tmp_path, home=tmp_path / "home")


@pytest.fixture
def uv_without_pythons(tmp_path: Path) -> Path:
    return program(tmp_path / "uv", "exit 2")


@pytest.fixture(autouse=True)
def running_on_another_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    python = python_of("3.11", tmp_path / "at-hand/python3")
    monkeypatch.setattr("sys.executable", str(python))
    return python


def python_of(version: str, path: Path) -> Path:
    return program(path, f"echo {version}; echo {path}")


def test_the_wanted_version_on_path_is_taken(
    work: WorkFolder, tmp_path: Path, uv_without_pythons: Path
) -> None:
    wanted = python_of("3.12", tmp_path / "bin/python3.12")

    assert choose_python(work, uv_without_pythons, {"PATH": str(wanted.parent)}) == wanted


def test_a_version_that_pyenv_has_and_its_shim_refuses_is_found_in_its_folder(
    work: WorkFolder, tmp_path: Path, uv_without_pythons: Path
) -> None:
    shim = program(tmp_path / "shims/python3.12", REFUSES)
    installed = python_of("3.12", tmp_path / ".pyenv/versions/3.12.1/bin/python3.12")
    environment = {"PATH": str(shim.parent), "HOME": str(tmp_path)}

    assert choose_python(work, uv_without_pythons, environment) == installed


def test_one_that_uv_knows_is_taken(work: WorkFolder, tmp_path: Path) -> None:
    managed = python_of("3.12", tmp_path / "managed/python3.12")
    uv = program(tmp_path / "uv", f"[ $2 = find ] && echo {managed}")

    assert choose_python(work, uv, {"PATH": "", "HOME": str(tmp_path)}) == managed


def test_uv_installs_one_into_the_work_folder(work: WorkFolder, tmp_path: Path) -> None:
    managed = tmp_path / "home/tools/python/3.12/python3.12"
    uv = program(
        tmp_path / "uv",
        f"""case $2 in
        install) mkdir -p $UV_PYTHON_INSTALL_DIR/3.12
            printf '#!/bin/sh\\necho 3.12; echo {managed}\\n' > {managed}; chmod +x {managed} ;;
        find) [ -e {managed} ] && echo {managed} ;;
        esac""",
    )

    assert choose_python(work, uv, {"PATH": "", "HOME": str(tmp_path)}) == managed


def test_the_python_at_hand_serves_where_none_is_to_be_had(
    work: WorkFolder,
    tmp_path: Path,
    uv_without_pythons: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    chosen = choose_python(work, uv_without_pythons, {"PATH": "", "HOME": str(tmp_path)})

    assert chosen == Path(sys.executable)
    assert "no Python 3.12 is to be had here" in capsys.readouterr().err


def test_a_person_may_name_the_python(work: WorkFolder, uv_without_pythons: Path) -> None:
    named = {"ALCHEMISER_PYTHON": "/opt/python"}

    assert choose_python(work, uv_without_pythons, named) == Path("/opt/python")


@pytest.mark.parametrize("candidate", [None, "", "/nowhere/python3.12"])
def test_what_is_not_there_is_no_interpreter(candidate: str | None) -> None:
    assert interpreter(candidate, "3.12") is None
