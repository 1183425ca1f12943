from __future__ import annotations

import ast
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FUNCTIONS = [".", *sorted(f"functions/{path.name}" for path in (ROOT / "functions").iterdir())]
FOLDERS = [*FUNCTIONS, "local/providers"]
ROOMS = {
    init.parent.name
    for init in ROOT.glob("*/__init__.py")
    if not init.parent.name.startswith((".", "tests"))
}


def lint(root: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run import-linter as `make check` does."""
    command = [str(Path(sys.executable).with_name("lint-imports")), *options]
    command += ["--config", str(ROOT / "pyproject.toml")]
    path = os.pathsep.join(str(root / folder) for folder in FOLDERS)
    return subprocess.run(
        command, cwd=root, env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True
    )


def copy_packages(destination: Path) -> None:
    """Copy what import-linter reads, so that a wrong import can be planted."""
    for folder in {*ROOMS, "the_alchemiser", "functions", "local", "tests"}:
        for source in (ROOT / folder).rglob("*.py"):
            target = destination / source.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())


def test_every_import_goes_in_its_direction() -> None:
    found = lint(ROOT)

    assert found.returncode == 0, found.stdout


PLANTED = {
    "local/providers/attached_providers/table.py": (
        "import local.workfolder",
        "The attached providers know the SDKs' schemas and boto3 alone",
    ),
    "operations/promote.py": (
        "import local.ministack.server",
        "Operations on AWS know neither the emulator nor the market",
    ),
    "cli/outputs.py": (
        "import tests.fakes",
        "Nothing that runs leans on what measures or tries it",
    ),
    "benchmarks/report.py": (
        "import operations.rollback",
        "Benchmarks measure from outside, in checkouts that tests know how to make",
    ),
    "tests/functions/light_world.py": (
        "import operations.rollback",
        "Tests of the application know what it is granted, not who deploys it",
    ),
    "command_line/ending.py": (
        "import packager.errors",
        "What command lines are made of knows click alone",
    ),
    "operations/rollback.py": (
        "import cli.stacks",
        "The command line stands on operations, these on nothing that is only local",
    ),
    "local/ministack/installation.py": (
        "import local.market.address",
        "The trading day stands on market and emulator, these on neither",
    ),
    "local/progress.py": ("import psutil", "The start needs the standard library alone"),
    "functions/portfolio_v2/the_alchemiser/portfolio_v2/service.py": (
        "import the_alchemiser.execution_v2",
        "Functions never import one another",
    ),
    "the_alchemiser/shared/clock.py": (
        "import the_alchemiser.metrics_v2",
        "Shared code imports no function",
    ),
    "functions/metrics_v2/the_alchemiser/metrics_v2/service.py": (
        "import pulumi",
        "The application knows nothing of its deployment",
    ),
    "blueprint/grants.py": (
        "import pydantic",
        "The blueprint is plain data that knows nothing else",
    ),
    "catalogue/storage.py": ("import boto3", "The catalogue is plain data"),
    "catalogue/alarms.py": (
        "import the_alchemiser.shared.errors",
        "The catalogue knows the application by its event names alone",
    ),
    "packager/target.py": (
        "import pulumi",
        "The packager needs no infrastructure SDK and names no system",
    ),
    "packager/inputs/patterns.py": (
        "import packager.build.layers",
        "The packager's rooms stand on one another",
    ),
    "components/table.py": (
        "import catalogue.system",
        "Components, packager and policies know the blueprint, never a catalogue",
    ),
    "scaffolding/edits.py": (
        "import operations",
        "Scaffolding writes files, and knows of the system only what it is made of",
    ),
    "accounts/names.py": (
        "import packager",
        "What an account needs is written without the tools that deploy to it",
    ),
    "components/queue.py": (
        "import packager.inputs.keys",
        "Components know neither the packager nor the application",
    ),
}


@pytest.fixture(scope="module")
def verdict(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Lint a copy in which all of them are planted."""
    root = tmp_path_factory.mktemp("planted")
    copy_packages(root)
    for file, (statement, _) in PLANTED.items():
        with (root / file).open("a", encoding="utf-8") as source:
            source.write(f"\n{statement}\n")
    return lint(root, "--no-cache").stdout


@pytest.mark.parametrize("file", PLANTED)
def test_an_import_against_the_direction_breaks_its_contract(file: str, verdict: str) -> None:
    assert f"{PLANTED[file][1]} BROKEN" in " ".join(verdict.split())


def test_every_function_is_under_contract() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    roots = contracts["tool"]["importlinter"]["root_packages"]
    functions = {path.name for path in (ROOT / "functions").iterdir() if path.is_dir()}

    assert {f"the_alchemiser.{name}" for name in functions} <= set(roots)


def test_every_room_is_under_contract() -> None:
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
        "importlinter"
    ]
    bound = {
        name.partition(".")[0]
        for contract in linter["contracts"]
        for name in contract.get("source_modules", [])
    }

    assert set(linter["root_packages"]) >= ROOMS
    assert bound >= ROOMS - {"cli"}, "cli is the topmost, and held by what may not import it"


HELD_OTHERWISE = {"__main__.py": "below", "examples": "tests/examples/test_programs.py"}
"""What is no package, and where a test holds what it may import."""


def test_no_line_is_without_a_contract() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    bound = {name.partition(".")[0] for name in tools["importlinter"]["root_packages"]}
    rooms = {name.partition("/")[0] for name in listed}

    assert len(listed) > 1000
    assert rooms - bound - {"functions"} == {*HELD_OTHERWISE}


def test_the_program_takes_operations_for_one_thing_alone() -> None:
    tree = ast.parse((ROOT / "__main__.py").read_text(encoding="utf-8"))
    named = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    below = {"blueprint", "catalogue", "components", "packager", "pathlib"}

    assert {name for name in named if name.partition(".")[0] not in below} == {
        "operations.strategies",
        "the_alchemiser.shared.strategy_allocations",
    }


def test_every_folder_of_functions_is_on_the_paths_of_the_tools() -> None:
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]

    assert set(tools["pytest"]["ini_options"]["pythonpath"]) == set(FUNCTIONS)
    assert set(tools["mypy"]["mypy_path"]) == set(FOLDERS)
