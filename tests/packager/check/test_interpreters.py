from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from packager.check import interpreters
from packager.check.interpreters import Interpreter, Unavailable, find_interpreter
from packager.errors import PackagingError
from packager.target import RUNTIME_RELEASES, Target

HERE = Target(f"3.{sys.version_info[1]}")


@pytest.fixture(autouse=True)
def forget(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have a runtime of which no machine has the Python."""
    monkeypatch.setitem(RUNTIME_RELEASES, "3.99", "3.99.1")
    find_interpreter.cache_clear()
    yield
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
    assert isinstance(find_interpreter(Target("3.11")), Unavailable)


def test_asks_path_then_uv_for_another_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = tmp_path / "python3.99"
    python.write_text("#!/bin/sh\necho 3.99.1\n")
    python.chmod(0o755)
    uv = tmp_path / "uv"
    uv.write_text(f"#!/bin/sh\necho $@ >> {tmp_path}/calls\necho {tmp_path}/python3.99\n")
    uv.chmod(0o755)
    monkeypatch.setattr(interpreters, "uv_executable", lambda: str(uv))
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    expected = Interpreter(str(python), "3.99.1")
    assert find_interpreter(Target("3.99")) == expected
    assert not (tmp_path / "calls").exists()
    find_interpreter.cache_clear()
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    assert find_interpreter(Target("3.99")) == expected
    assert (tmp_path / "calls").read_text() == "python find --no-project 3.99\n"


def test_goes_without_uv_where_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent() -> str:
        raise PackagingError("no uv")

    monkeypatch.setattr(interpreters, "uv_executable", absent)
    assert isinstance(find_interpreter(Target("3.99")), Unavailable)
