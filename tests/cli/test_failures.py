"""What the last lines of `make test` say."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cli import tools
from cli.failures import failed_tests, folders_of, told
from local.problems import LocalProblem
from local.workfolder import WorkFolder

ROOT = Path(__file__).parents[2]

TESTS = """
import pytest


@pytest.fixture
def broken():
    raise OSError("no such thing")


@pytest.mark.parametrize("number", [1, 2])
def test_number(number):
    assert number == 1


def test_never_begun(broken): ...
"""


@pytest.fixture
def work(tmp_path: Path) -> WorkFolder:
    """Give a project with two tests that fail and one that does not."""
    (tmp_path / "tests/some").mkdir(parents=True)
    (tmp_path / "tests/some/test_it.py").write_text(TESTS)
    (tmp_path / ".venv").symlink_to(sys.prefix)
    return WorkFolder(root=tmp_path, home=tmp_path / "home")


COMMAND = ("python", "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir=.")


def test_each_failed_test_is_named_at_the_end_however_much_follows(
    work: WorkFolder, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    later = ("python", "-c", "print('much ' * 1000)")
    monkeypatch.setattr(tools, "TOOLS", {"tests": (COMMAND, later)})
    monkeypatch.setattr(tools, "WITH_ENGINE", frozenset[str]())

    assert tools.run_tool(work, ["tests"]) == 1

    shown = capfd.readouterr()
    last = shown.err.splitlines()[-3:]
    assert last[0] == "failed:", shown.out
    assert last[1].startswith("  tests/some/test_it.py::test_number[2]  ")
    assert last[2].startswith("  tests/some/test_it.py::test_never_begun  ")


def test_a_run_that_ended_badly_without_a_failed_test_is_said_to(tmp_path: Path) -> None:
    (said,) = told("pytest -m unit", 3, tmp_path / "none.xml")

    assert said == "pytest -m unit: ended with status 3 and reported no failed test: see above"
    assert failed_tests(tmp_path / "none.xml") == []


def test_a_function_without_tests_is_named() -> None:
    assert folders_of(ROOT, "metrics_v2") == ["tests/functions/metrics_v2"]
    with pytest.raises(LocalProblem, match=r"(?s)NAME='nosuch'.*aggregator_v2, coordinator_v2"):
        folders_of(ROOT, "nosuch")


def test_help_is_in_groups_and_fits_80_columns() -> None:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    shown = subprocess.check_output(["make", "help"], cwd=ROOT, text=True, env=environment)

    groups = [line for line in shown.splitlines() if line and not line.startswith(" ")]
    assert len(groups) == 5
    assert max(map(len, shown.splitlines())) <= 80
    assert "  make promote         Bring to prod" in shown
