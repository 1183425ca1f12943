"""Tests, checks, locks and measurements, each a list of commands that must all succeed."""

from __future__ import annotations

import os
import shlex
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from cli.engine.selection import ensure_engine
from cli.failures import folders_of, told
from local.ministack.installation import server_program
from local.problems import LocalProblem
from local.progress import say
from local.workfolder import WorkFolder
from operations.child_environment import BUILD_TOKENS, without_tokens

APPLICATION = ("the_alchemiser", "functions")
INFRASTRUCTURE = (
    "__main__.py",
    "accounts",
    "blueprint",
    "catalogue",
    "cli",
    "command_line",
    "components",
    "local",
    "operations",
    "packager",
    "scaffolding",
    "policies",
)
TRIALS = ("tests", "benchmarks")
"""What tries and measures the rest, held to the same types."""
PYTEST = ("python", "-m", "pytest")

ENDING_S = 60
"""How long a tool that was interrupted may take to end what it started."""

INDEPENDENT = frozenset({"check", "soak", "tests"})
"""Tools whose later commands say something even when an earlier one failed."""

SIDE_BY_SIDE = ("-n", "auto", "--dist", "worksteal")
"""Unit tests share nothing, so that every core can run some."""

BY_STACK = ("-n", "auto", "--dist", "loadscope", "--no-loadscope-reorder")
"""Tests of one deployed stack follow one another, beside those of another: tests/conftest.py."""

TOLD = ("-v", "--durations=15")
"""Tests that take minutes are told one by one."""

WITH_ENGINE = frozenset({"tests", "soak"})
"""Tools for which engine and emulator are installed first, where their progress can be seen."""

UNIT = "not lengthy and not integration and not artifacts and not engine and not day and not soak"
"""Tests that need nothing but the environment, and milliseconds each."""

TOOLS: Mapping[str, Sequence[Sequence[str]]] = {
    "tests": (
        (*PYTEST, *SIDE_BY_SIDE, "-m", UNIT),
        (
            *PYTEST,
            *BY_STACK,
            "-m",
            "(lengthy or integration or artifacts or engine or day) and not soak",
            *TOLD,
        ),
    ),
    "unit-tests": ((*PYTEST, *SIDE_BY_SIDE, "-m", UNIT),),
    "soak": (
        (*PYTEST, "-m", "soak", "--timeout=3600"),
        (*PYTEST, *SIDE_BY_SIDE, "-m", f"hypothesis and {UNIT}", "--hypothesis-profile=long"),
    ),
    "check": (
        ("ruff", "check", "."),
        ("ruff", "format", "--check", "."),
        # Separate targets: a change to the application does not wait for the cloud SDK's types.
        ("mypy", *APPLICATION),
        ("mypy", *INFRASTRUCTURE),
        ("mypy", *TRIALS),
        ("lint-imports",),
        ("uv", "lock", "--check", "--quiet"),
        ("python", "-m", "packager", "lock", "--check"),
        ("python", "-m", "packager", "licences"),
        ("python", "-m", "packager", "dependencies"),
    ),
    "function-tests": ((*PYTEST, "-m", "not soak", "tests/functions"),),
    "shared-tests": ((*PYTEST, "-m", UNIT, "tests/shared", "tests/architecture"),),
    "verify": (("python", "-m", "packager", "verify"),),
    "workflow-security": (("zizmor", "--offline", "--quiet", "--persona", "pedantic", ".github"),),
    "newest": (
        ("uv", "lock", "--upgrade"),
        ("uv", "sync", "--frozen"),
        ("python", "-m", "packager", "lock"),
        (*PYTEST, *SIDE_BY_SIDE, "-m", UNIT),
        (*PYTEST, *BY_STACK, "-m", "engine or day", *TOLD),
    ),
    "lock": (
        ("uv", "lock"),
        ("uv", "lock", "--directory", "local/ministack"),
        ("python", "-m", "packager", "lock"),
    ),
    "bench": (("python", "-m", "benchmarks"),),
}


def run_tool(work: WorkFolder, arguments: Sequence[str]) -> int:
    """Run a tool's commands in order, all of them where each is told for itself."""
    name, *extra = arguments
    if name in WITH_ENGINE:
        ensure_engine(work)
        server_program(work)
    failed: list[str] = []
    for number, command in enumerate(TOOLS[name]):
        report = work.logs / f"{name}-{number}.xml"
        if status := _run(work, [*command, *_reporting(command, report), *extra]):
            is_pytest = tuple(command[: len(PYTEST)]) == PYTEST
            whole = shlex.join(command)
            failed += told(whole, status, report) if is_pytest else [whole]
            if name not in INDEPENDENT:
                break
    if failed:
        say("\n".join(["failed:", *(f"  {line}" for line in failed)]))
    return 1 if failed else 0


def run_module(work: WorkFolder, module: str, arguments: Sequence[str]) -> int:
    """Run a module of the project in its environment; what it prints is the whole output."""
    return _finish(work, ["python", "-m", module, *arguments])


def run_function_tests(work: WorkFolder, function: str, arguments: Sequence[str]) -> int:
    """Run the tests of one function alone."""
    return _finish(
        work, [*PYTEST, "-q", "-m", "not soak", *folders_of(work.root, function), *arguments]
    )


def _reporting(command: Sequence[str], report: Path) -> list[str]:
    if tuple(command[: len(PYTEST)]) != PYTEST:
        return []
    report.parent.mkdir(parents=True, exist_ok=True)
    report.unlink(missing_ok=True)
    return [f"--junitxml={report}"]


def _run(work: WorkFolder, command: Sequence[str]) -> int:
    say(f"-> {shlex.join(command)}")
    started = time.monotonic()
    status = _finish(work, command)
    outcome = "passed" if status == 0 else f"failed with status {status}"
    say(f"   {outcome}, {time.monotonic() - started:.0f} s")
    return status


def _finish(work: WorkFolder, command: Sequence[str]) -> int:
    programs = work.root / ".venv" / "bin"
    process = subprocess.Popen(
        [programs / command[0], *command[1:]], cwd=work.root, env=_environment(work, command[0])
    )
    try:
        return process.wait()
    except KeyboardInterrupt:
        # Ctrl-C reaches it too: it is left to end the servers that it started.
        _let_end(process)
        raise LocalProblem(
            f"interrupted in the middle of `{shlex.join(command)}`.",
            "What it started has ended with it; the same command begins again from the start.",
        ) from None


def _let_end(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(ENDING_S)
    except (KeyboardInterrupt, subprocess.TimeoutExpired):
        process.kill()
        process.wait()


def _environment(work: WorkFolder, program: str) -> dict[str, str]:
    programs = work.root / ".venv" / "bin"
    path = f"{programs}{os.pathsep}{os.environ.get('PATH', '')}"
    # import-linter follows imports by path; tests must not hand ours on to the copies they run.
    folders = sorted(work.root.glob("functions/*")) if program == "lint-imports" else []
    sources = os.pathsep.join(str(folder) for folder in (work.root, *folders))
    extra = {"PYTHONPATH": sources} if folders else {}
    return {**without_tokens(os.environ, keeping=BUILD_TOKENS), "PATH": path, **extra}
