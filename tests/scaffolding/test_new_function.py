"""New functions, made in a copy of this checkout."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.working_tree import copy_working_tree

pytestmark = pytest.mark.integration

PROGRAMS = Path(sys.executable).parent


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    root = tmp_path / "copy"
    copy_working_tree(root)
    return root


def run(root: Path, *command: str) -> subprocess.CompletedProcess[str]:
    folders = [".", *(f"functions/{path.name}" for path in (root / "functions").iterdir())]
    path = os.pathsep.join(str(root / folder) for folder in folders)
    environment = os.environ | {"PYTHONPATH": path, "ALCHEMISER_HOME": str(root.parent / "home")}
    program, *arguments = command
    return subprocess.run(
        [str(PROGRAMS / program), *arguments],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def make(
    root: Path, name: str, layer: str = "notifications", *options: str
) -> subprocess.CompletedProcess[str]:
    asked = ("new-function", "--name", name, "--layer", layer, *options)
    return run(root, "python", "-m", "cli", *asked)


def snapshot(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.mark.artifacts
def test_a_new_function_passes_every_check(copy: Path) -> None:
    # Names before and after `shared` sort differently among imports.
    names = {
        "alpha": ("--event", "SignalGenerated", "--table", "alpha-days"),
        "beta_alert": ("--event", "WorkflowFailed"),
        "reader": ("--queue", "things-to-read", "--table", "things-that-were-read-already"),
        "shared_things_v2": ("--schedule", "cron(0 4 ? * TUE-SAT *)", "--table", "times"),
        "zeta_report": (),
    }
    for name, options in names.items():
        made = make(copy, name, "notifications", *options)
        assert made.returncode == 0, made.stderr
        assert f"functions/{name}/the_alchemiser/{name}/lambda_handler.py" in made.stdout
    subprocess.run(["git", "init", "--quiet"], cwd=copy, check=True)
    subprocess.run(["git", "add", "."], cwd=copy, check=True)
    new = [f"functions/{name}" for name in names]
    formed = ["catalogue", "pyproject.toml", *new, *(f"tests/{folder}" for folder in new)]
    for command in (
        ("ruff", "check", *formed),
        ("ruff", "format", "--check", *formed),
        ("mypy", "--cache-dir", str(copy.parent / "types"), *new, "catalogue"),
        ("lint-imports", "--no-cache"),
        ("pytest", "-q", "-p", "no:cacheprovider", "tests/architecture/test_namespace.py"),
        ("pytest", "-q", "-p", "no:cacheprovider", "tests/architecture/test_environment.py"),
        ("pytest", "-q", "-p", "no:cacheprovider", *(f"tests/{folder}" for folder in new)),
        (
            *("pytest", "-q", "-p", "no:cacheprovider", "tests/functions/test_bad_input.py"),
            *("-k", " or ".join(names)),
        ),
        ("pytest", "-q", "-p", "no:cacheprovider", "-k", "every", "tests/architecture"),
        ("pytest", "-q", "-p", "no:cacheprovider", "tests/test_runbook.py"),
        (
            *("pytest", "-q", "-p", "no:cacheprovider", "-m", "not integration"),
            "tests/functions/test_rights.py",
        ),
    ):
        found = run(copy, *command)
        assert found.returncode == 0, f"{command}: {found.stdout}{found.stderr}"


def test_the_catalogue_is_whole_with_it_and_its_layers_are_attached(copy: Path) -> None:
    assert make(copy, "made_by_a_test", "strategy").returncode == 0
    statement = (
        "from catalogue.system import SYSTEM; from blueprint import require_whole;"
        "spec = require_whole(SYSTEM).functions[-1]; print(spec.name, *spec.layers)"
    )
    found = run(copy, "python", "-c", statement)
    assert found.stdout.split() == ["made_by_a_test", "strategy", "shared_code"]


def test_what_starts_it_is_in_the_catalogue_and_its_event_is_understood(copy: Path) -> None:
    assert make(copy, "woken", "notifications", "--event", "AllTradesCompleted").returncode == 0
    assert make(copy, "timed", "notifications", "--schedule", "rate(5 minutes)").returncode == 0
    statement = (
        "from catalogue.system import SYSTEM; from blueprint import require_whole;"
        "import json; from pathlib import Path;"
        "woken, timed = require_whole(SYSTEM).functions[-2:];"
        "from the_alchemiser.woken.command import decode;"
        "event = json.loads(Path('tests/events/AllTradesCompleted.json').read_text());"
        "print(woken.triggers[0].detail_types[0], timed.triggers[0].expression,"
        " decode(event).event_type, sep='|');"
        "from the_alchemiser.timed.command import decode;"
        "print(decode(timed.triggers[0].input).correlation_id)"
    )
    found = run(copy, "python", "-c", statement)
    assert found.stdout.splitlines() == [
        "AllTradesCompleted|rate(5 minutes)|AllTradesCompleted",
        "timed-by-schedule",
    ], found.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--event", "Nonsense"), "EVENT: expected one of AllTradesCompleted, "),
        (("--schedule", "every day"), "SCHEDULE: expected cron(…), rate(…) or at(…)"),
        (("--event", "TradeExecuted", "--schedule", "rate(1 day)"), "found EVENT and SCHEDULE"),
        (("--queue", "execution"), "QUEUE: expected the name of a new one, and 'execution' is"),
        (("--queue", "Things"), "QUEUE: expected lower-case letters, digits and single hyphens"),
        (("--table", "trade-ledger"), "TABLE: expected the name of a new one"),
    ],
)
def test_what_cannot_start_it_is_refused_and_nothing_is_made(
    copy: Path, options: tuple[str, ...], said: str
) -> None:
    before = snapshot(copy)

    refused = make(copy, "woken", "notifications", *options)

    assert refused.returncode == 1
    assert said in refused.stderr
    assert snapshot(copy) == before


@pytest.mark.parametrize(
    ("name", "layer", "said"),
    [
        ("metrics_v2", "notifications", "'metrics_v2' is taken"),
        ("shared_data", "notifications", "'shared_data' is taken"),
        ("shared", "notifications", "'shared' is taken: the_alchemiser/shared is there"),
        ("Risk-Report", "notifications", "expected a module's name"),
        ("class", "notifications", "found 'class', a keyword of Python"),
        ("../escape", "notifications", "expected a module's name"),
        ("a" * 31, "notifications", "expected a module's name"),
        ("", "notifications", "expected a module's name"),
        ("made_by_a_test", "nope", "LAYER: expected one of strategy, portfolio"),
        ("made_by_a_test", "shared_code", "LAYER: expected one of strategy, portfolio"),
        ("Risk", "nope", "underscores, found 'Risk'\nLAYER: expected one of"),
    ],
)
def test_a_name_that_cannot_be_is_refused_and_nothing_changes(
    copy: Path, name: str, layer: str, said: str
) -> None:
    before = snapshot(copy)
    refused = make(copy, name, layer)
    assert refused.returncode == 1
    assert refused.stderr.startswith("error: ")
    assert said in refused.stderr
    assert "Traceback" not in refused.stderr
    assert snapshot(copy) == before


def unreadable_catalogue(root: Path) -> None:
    with (root / "catalogue/functions.py").open("a", encoding="utf-8") as file:
        file.write("MORE = ()\n")


def unpackable(root: Path) -> None:
    """Let the last step fail, when everything is written."""
    module = root / "packager/commands/function.py"
    module.write_text(f"{module.read_text()}\nraise SystemExit('planted')\n")


@pytest.mark.parametrize("spoil", [unreadable_catalogue, unpackable])
def test_a_failure_leaves_nothing_half_made(copy: Path, spoil: Callable[[Path], None]) -> None:
    spoil(copy)
    before = snapshot(copy)
    assert make(copy, "made_by_a_test").returncode == 1
    assert snapshot(copy) == before
    assert not (copy / "functions/made_by_a_test").exists()
    assert not (copy / "tests/functions/made_by_a_test").exists()


def test_a_second_function_of_the_name_is_refused(copy: Path) -> None:
    assert make(copy, "made_by_a_test").returncode == 0
    before = snapshot(copy)
    assert make(copy, "made_by_a_test").returncode == 1
    assert snapshot(copy) == before
