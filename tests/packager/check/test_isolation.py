from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from packager.check import isolation
from packager.check.interpreters import Interpreter
from packager.check.isolation import RUNTIME_MODULES, lend_runtime, run_isolated
from packager.errors import PackagingError

PYTHON = Interpreter(sys.executable, "3")


def test_says_the_last_line_of_what_went_wrong(tmp_path: Path) -> None:
    assert run_isolated(PYTHON, "1 / 0", [tmp_path], None) == "ZeroDivisionError: division by zero"


def test_says_how_it_ended_when_nothing_was_said(tmp_path: Path) -> None:
    said = run_isolated(PYTHON, "import os; os._exit(7)", [tmp_path], None)
    assert said == "ended with status 7"


def test_gives_up_on_what_never_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "_TIMEOUT_S", 0.2)
    said = run_isolated(PYTHON, "import time; time.sleep(60)", [tmp_path], None)
    assert said == "took longer than 0.2 s"


def test_writes_no_byte_code_next_to_what_it_imports(tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text("")
    assert run_isolated(PYTHON, "import module", [tmp_path], None) is None
    assert list(tmp_path.rglob("*.pyc")) == []


def test_lends_only_what_the_runtime_brings(tmp_path: Path) -> None:
    lent = {path.stem for path in lend_runtime(tmp_path / "runtime").iterdir()}
    assert lent == set(RUNTIME_MODULES)


def test_names_what_this_environment_lacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(PackagingError, match=r"expected boto3 in this environment.*uv sync"):
        lend_runtime(tmp_path / "runtime")
