"""Every program of this checkout parses, helps and fails in one way."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from packager.command_line import COMMANDS

ROOT = Path(__file__).parents[2]
LOCAL_RUN = (str(ROOT / "local/run"),)
PROGRAMS = {
    "the command line": LOCAL_RUN,
    "packager": (sys.executable, "-m", "packager"),
    "benchmarks": (sys.executable, "-m", "benchmarks"),
    "operations": (sys.executable, "-m", "operations.going_live"),
    "market": (sys.executable, "-m", "local.market"),
}
OTHER_PARSERS = re.compile(r"^\s*(import|from) (argparse|optparse|getopt|typer|fire)\b", re.M)


def run(program: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAMS[program], *words], cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.integration
@pytest.mark.parametrize("program", PROGRAMS)
def test_what_is_not_understood_is_one_line_and_status_two(program: str) -> None:
    done = run(program, "--never-heard-of")
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(r"error: No such option '?--never-heard-of'?\.?\n", done.stderr)


@pytest.mark.integration
@pytest.mark.parametrize("program", PROGRAMS)
def test_help_is_asked_for_and_laid_out_alike(program: str) -> None:
    short, long = run(program, "-h"), run(program, "--help")
    assert (short.returncode, short.stdout) == (0, long.stdout)
    assert re.match(r"Usage: .+\n\n  [A-Z].+\n", long.stdout)


def test_nothing_else_parses_a_command_line() -> None:
    # What is made here (environments, the emulator's own venv) lies in folders with a dot.
    folders = [it for it in ROOT.glob("*/") if not it.name.startswith(".")]
    sources = [path for folder in folders for path in folder.rglob("*.py")]
    assert len(sources) > 500
    parsing = [str(it) for it in sources if OTHER_PARSERS.search(it.read_text(encoding="utf-8"))]
    assert parsing == []


def test_every_module_of_the_packagers_commands_is_one() -> None:
    modules = {path.stem for path in (ROOT / "packager/commands").glob("*.py")}
    assert modules - {"__init__", "in_project"} == {*COMMANDS}
