"""Measures how long each handler's cold import takes beside that of its libraries alone.

`python -m benchmarks cold-import [--rounds N]`. The system is built, or found built,
unpacked as Lambda lays it out, and each statement runs in a fresh interpreter with nothing else
on its path and, as in Lambda, no byte code. Both sides run once in each round, in turn.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import click

from benchmarks.report import machine, table, verdict, write_section
from blueprint import Architecture, FunctionSpec
from catalogue.system import SYSTEM
from packager.build.system import build_system
from packager.check.interpreters import Unavailable, find_interpreter
from packager.check.lambda_environment import lend_runtime
from packager.check.unpacking import unpack
from packager.target import Target

ROOT = Path(__file__).parents[1]
BUILD = Path(os.environ.get("ALCHEMISER_HOME", ROOT / ".alchemiser")) / "build"
LIGHT = ("from pydantic import BaseModel", "from boto3 import client")
"""`import pydantic` alone would import next to nothing: its names are loaded when they are used."""

HEAVY: Mapping[str, tuple[str, ...]] = {
    "strategy": ("numpy",),
    "portfolio": ("from alpaca.trading.client import TradingClient",),
    "execution": ("from alpaca.trading.client import TradingClient",),
    "shared_data": ("numpy", "from alpaca.data.historical import StockHistoricalDataClient"),
    "data_quality_monitor": ("numpy", "requests"),
}
"""What a layer is heavy with; functions with other layers only are light."""

LIGHT_LIMIT, HEAVY_LIMIT = 1.5, 1.2

PROGRAM = """
import sys, time
code = compile(sys.argv[1], "<cold import>", "exec")
started = time.process_time()
exec(code, {})
print(time.process_time() - started)
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Contest:
    """One function's handler, and what its import is measured against."""

    function: str
    path: tuple[Path, ...]
    handler: str
    libraries: tuple[str, ...]
    limit: float

    @property
    def rival(self) -> str:
        """The statement that imports the libraries."""
        return "\n".join(
            name if name.startswith("from ") else f"import {name}" for name in self.libraries
        )


@click.command("cold-import")
@click.option("--rounds", default=9, show_default=True, help="how often each is measured")
def command(rounds: int) -> int:
    """Measure how long each handler's cold import takes beside its libraries alone."""
    target = Target.of(SYSTEM, Architecture.X86_64)
    interpreter = find_interpreter(target)
    if isinstance(interpreter, Unavailable):
        raise click.ClickException(f"cold imports were not measured: {interpreter.reason}")
    with tempfile.TemporaryDirectory() as folder:
        contests = _lay_out(Path(folder))
        runtime = lend_runtime(Path(folder) / "runtime")
        rows = [_row(contest, interpreter.path, runtime, rounds) for contest in contests]
    head = ("function", "handler", "libraries alone", "", "ratio", "target", "met")
    print(result := table(head, rows))
    write_section("cold-import", _text(result, rounds, interpreter.release))
    return 0


def _lay_out(folder: Path) -> list[Contest]:
    layers, functions = build_system(ROOT, SYSTEM, BUILD)
    for name, artifact in layers.items():
        unpack(artifact.path, folder / "layers" / name)
    for name, artifact in functions.items():
        unpack(artifact.path, folder / "functions" / name)
    return [_contest(spec, folder) for spec in SYSTEM.functions]


def _contest(spec: FunctionSpec, folder: Path) -> Contest:
    heavy = [library for layer in spec.layers for library in HEAVY.get(layer, ())]
    module, _, attribute = spec.handler.rpartition(".")
    return Contest(
        function=spec.name,
        path=(
            folder / "functions" / spec.name,
            *(folder / "layers" / layer / "python" for layer in spec.layers),
        ),
        handler=f"from {module} import {attribute}",
        libraries=(*LIGHT, *heavy),
        limit=HEAVY_LIMIT if heavy else LIGHT_LIMIT,
    )


def _row(contest: Contest, python: str, runtime: Path, rounds: int) -> list[str]:
    handlers, rivals = [], []
    for _ in range(rounds):
        handlers.append(_measure(contest, contest.handler, python, runtime))
        rivals.append(_measure(contest, contest.rival, python, runtime))
    ours, theirs = median(handlers), median(rivals)
    return [
        contest.function,
        f"{ours * 1e3:.0f} ms",
        f"{theirs * 1e3:.0f} ms",
        ", ".join(library.removeprefix("from ").split()[0] for library in contest.libraries),
        f"{ours / theirs:.2f}",
        f"at most {contest.limit}",
        verdict(ours <= contest.limit * theirs),
    ]


def _measure(contest: Contest, statement: str, python: str, runtime: Path) -> float:
    folders = os.pathsep.join(str(folder) for folder in (*contest.path, runtime))
    done = subprocess.run(
        [python, "-P", "-s", "-S", "-B", "-c", PROGRAM, statement],
        capture_output=True,
        check=True,
        text=True,
        env={
            "LAMBDA_TASK_ROOT": str(contest.path[0]),
            "AWS_DEFAULT_REGION": "us-east-1",
            "PYTHONPATH": folders,
        },
    )
    return float(done.stdout)


def _text(result: str, rounds: int, release: str) -> str:
    return f"""## Cold import of each handler

Measured on {machine()}; Python {release}; processor time of the import alone, without the
interpreter's start; medians of {rounds} rounds. Nothing but boto3 has byte code, as in Lambda.

{result}

What a handler needs only once it works (the broker's client, a data vendor's, numpy, structlog)
it imports then, which is why some take less than their libraries; validators of events are built
when the first one is read. "pydantic" is `from pydantic import BaseModel`: the bare module loads
its parts on first use, and takes a third less.

Run again: `python -m benchmarks cold-import`.
"""
