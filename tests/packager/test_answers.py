from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from packager.answers import REST_NS, recall, remember
from packager.store.output import output_folder

QUESTION = ["all", "--python", "3.13"]


@pytest.fixture
def inputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PACKAGER_HOME", str(tmp_path / "home"))
    folder = tmp_path / "inputs"
    folder.mkdir()
    (folder / "a.py").write_text("A = 1\n")
    (folder / "b.py").write_text("B = 1\n")
    time.sleep(REST_NS / 1e9)
    remember(QUESTION, "said\nin two lines\n", [str(folder), *map(str, folder.iterdir())])
    return folder


def test_an_answer_is_given_again(inputs: Path) -> None:
    assert recall(QUESTION) == "said\nin two lines\n"


def test_another_question_has_another_answer(inputs: Path) -> None:
    assert recall(["all"]) is None
    assert recall(["check"]) is None
    assert recall([]) is None


def test_another_checkout_has_another_answer(
    inputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert recall(QUESTION) is None


def same_size_and_time(folder: Path) -> None:
    file = folder / "a.py"
    times = file.stat()
    file.write_text("A = 2\n")
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))


def replaced(folder: Path) -> None:
    times = (folder / "a.py").stat()
    fresh = folder.parent / "fresh"
    fresh.write_text("A = 2\n")
    os.utime(fresh, ns=(times.st_atime_ns, times.st_mtime_ns))
    fresh.replace(folder / "a.py")


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: (folder / "a.py").write_text("A = 2\n"),
        same_size_and_time,
        replaced,
        lambda folder: (folder / "a.py").chmod(0o755),
        lambda folder: (folder / "a.py").unlink(),
        lambda folder: (folder / "c.py").write_text(""),
        lambda folder: (folder / "a.py").rename(folder / "c.py"),
    ],
)
def test_no_change_goes_unnoticed(inputs: Path, change: Callable[[Path], object]) -> None:
    change(inputs)
    assert recall(QUESTION) is None


def test_what_was_written_just_before_is_not_trusted(inputs: Path) -> None:
    (inputs / "a.py").write_text("A = 2\n")
    remember(QUESTION, "too early\n", [str(inputs / "a.py")])
    assert recall(QUESTION) is None


@pytest.mark.parametrize("damage", ["", "x", "x\ny\nz", "x\n5\n"])
def test_a_damaged_answer_is_none(inputs: Path, tmp_path: Path, damage: str) -> None:
    (kept,) = (tmp_path / "home" / "build" / "answers").iterdir()
    kept.write_text(damage)
    assert recall(QUESTION) is None


@pytest.mark.parametrize(
    ("setting", "kept"),
    [
        ('home = ".work"', ".work"),
        ('home = "${OUR_HOME:-.work}"', ".work"),
        ('home = "${SET_HOME:-.work}"', "elsewhere"),
        ('home = "${SET_HOME:-.work}/deep"', "elsewhere/deep"),
        ("home = '.work'", None),
        ('home = "${SET_HOME}"', None),
        ('catalogue = "a:B"', None),
    ],
)
def test_answers_lie_where_the_project_builds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, setting: str, kept: str | None
) -> None:
    monkeypatch.delenv("PACKAGER_HOME", raising=False)
    monkeypatch.setenv("SET_HOME", "elsewhere")
    monkeypatch.chdir(tmp_path)
    project = tmp_path / "pyproject.toml"
    project.write_text(f'[project]\n\n[tool.packager]\n{setting}\n\n[tool.other]\nhome = "x"\n')
    time.sleep(REST_NS / 1e9)
    remember(["all"], "said\n", [str(project)])
    assert recall(["all"]) == ("said\n" if kept else None)
    if kept is not None:
        assert (output_folder(tmp_path) / "answers").is_dir()
        assert output_folder(tmp_path) == tmp_path / kept / "build"
