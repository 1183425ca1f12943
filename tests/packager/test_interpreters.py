from __future__ import annotations

import sys

import pytest

from packager import interpreters
from packager.interpreters import Interpreter, Unavailable, find_interpreter
from packager.target import Target

HERE = Target(f"3.{sys.version_info[1]}")


@pytest.fixture(autouse=True)
def forget() -> None:
    find_interpreter.cache_clear()


def test_takes_the_python_that_runs_where_it_fits() -> None:
    found = find_interpreter(HERE)
    assert isinstance(found, Interpreter)
    assert found.path == sys.executable


def test_says_why_another_architecture_cannot_be_tried() -> None:
    found = find_interpreter(Target(HERE.python, "arm64"))
    assert isinstance(found, Unavailable)
    assert "cannot run binaries for Linux on arm64" in found.reason


def test_says_that_there_is_no_such_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interpreters, "_candidates", lambda _: iter(["/no/such/python"]))
    found = find_interpreter(HERE)
    assert found == Unavailable(f"no Python {HERE.python} is here, and uv could not install one")


def test_does_not_take_an_interpreter_for_another_version(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(interpreters, "_candidates", lambda _: iter([sys.executable]))
    assert isinstance(find_interpreter(Target("3.9")), Unavailable)
