"""The program's own time in a preview, by the number of functions in the catalogue.

The engine is left out: resources are registered with mocks that answer at once, and so is the
import of the SDKs. The clock runs while `__main__.py` runs: checks, keys, zips that are built
already, components, and the SDK's constructor of each resource. What the SDK goes on to do for
each resource, beside the engine's own work, is shown too.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import runpy
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import click
import pulumi
import yaml
from pulumi.runtime.config import set_all_config
from pulumi.runtime.resource import register_resource
from pulumi.runtime.rpc_manager import RPCManager
from pulumi.runtime.settings import SETTINGS
from pulumi.runtime.stack import wait_for_rpcs

import catalogue.system
from benchmarks.enlarged_catalogue import checkout, enlarged
from benchmarks.report import machine, table, verdict, write_section
from packager.build.functions import build_function
from packager.store.output import output_folder
from packager.target import Target

ROOT = Path(__file__).parents[1]
SIZES = (10, 100, 1000)
ROUNDS = 3
REGISTERED = 100
"""The largest catalogue whose registrations are waited for: the SDK takes milliseconds for each."""
TARGET_S = 0.3
LINEAR = 1.2
"""How much more than ten times as long ten times as many functions may take."""


class Answers(pulumi.runtime.Mocks):
    """Says of each resource what a preview knows: its inputs."""

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        """Give the inputs back."""
        return "", dict(args.inputs)

    def call(self, args: pulumi.runtime.MockCallArgs) -> tuple[dict[Any, Any], None]:
        """Answer nothing; the local stack asks nothing."""
        return {}, None


def measure(size: int) -> dict[str, float]:
    """Time the program several times over one catalogue, in this process."""
    system = enlarged(catalogue.system.SYSTEM, size)
    target = Target(f"{sys.version_info.major}.{sys.version_info.minor}")
    with checkout(system) as root, patch.dict(os.environ, _surroundings(root)):
        for spec in system.functions:
            build_function(root, spec, target, output_folder(root))
        # The first run imports the SDKs' modules.
        _once(root, register=True)
        with patch("catalogue.system.SYSTEM", system):
            rounds = [_once(root, register=size <= REGISTERED) for _ in range(ROUNDS)]
    return {key: statistics.median(found[key] for found in rounds) for key in rounds[0]}


def _surroundings(root: Path) -> dict[str, str]:
    return {"ALCHEMISER_HOME": str(root / "home"), "EMULATOR_ENDPOINT": "http://127.0.0.1:1"}


def _once(root: Path, *, register: bool) -> dict[str, float]:
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.set_default_executor(ThreadPoolExecutor(initializer=_thread_loop))
    pulumi.runtime.set_mocks(Answers(), project="alchemiser", stack="local", preview=True)
    set_all_config(_config(), [])
    SETTINGS.callbacks = SimpleNamespace(register_resource_hook=lambda hook: None)
    times = loop.run_until_complete(_timed(root, register=register))
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()
    return times


def _thread_loop() -> None:
    asyncio.set_event_loop(asyncio.new_event_loop())


async def _timed(root: Path, *, register: bool) -> dict[str, float]:
    gc.collect()
    with (
        patch("pulumi.export"),
        patch("pulumi.resource.register_resource", wraps=register_resource) as registered,
    ):
        wall, processor = time.perf_counter(), time.process_time()
        runpy.run_path(str(root / "__main__.py"), run_name="__main__")
        own = {"wall_s": time.perf_counter() - wall, "cpu_s": time.process_time() - processor}
    own["resources"] = registered.call_count
    if register:
        await wait_for_rpcs()
        return own | {"registered_s": time.perf_counter() - wall}
    await _drop_the_rest()
    return own


async def _drop_the_rest() -> None:
    """End the SDK's tasks for resources whose registration nobody waits for."""
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    SETTINGS.rpc_manager = RPCManager()  # type: ignore[no-untyped-call]


def _config() -> dict[str, str]:
    values = yaml.safe_load((ROOT / "Pulumi.local.yaml").read_text(encoding="utf-8"))["config"]
    return {
        key: value if isinstance(value, str) else json.dumps(value) for key, value in values.items()
    }


def measured_apart(size: int) -> dict[str, float]:
    """Measure one size in a fresh process, so that no size warms up another."""
    print(f"{size:,} functions …", flush=True)
    answer = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "benchmarks", "program", "--size", str(size)],
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    found: dict[str, float] = json.loads(answer.stdout.splitlines()[-1])
    return found


def report(results: dict[int, dict[str, float]]) -> str:
    """Write the section of docs/benchmarks.md."""
    base = results[SIZES[0]]["cpu_s"]
    rows = []
    for size, found in results.items():
        ratio = found["cpu_s"] / base / (size / SIZES[0])
        met = found["cpu_s"] <= TARGET_S if size == SIZES[0] else ratio <= LINEAR
        rows.append(
            [
                str(size),
                f"{found['resources']:.0f}",
                f"{found['cpu_s']:.2f} s",
                f"{found['wall_s']:.2f} s",
                f"{1e6 * found['cpu_s'] / found['resources']:.0f} µs",
                f"{ratio:.2f}",
                f"at most {TARGET_S} s" if size == SIZES[0] else f"linear: at most {LINEAR}",
                verdict(met),
                f"{found['registered_s']:.2f} s" if "registered_s" in found else "not measured",
            ]
        )
    head = [
        "functions",
        "resources",
        "own time (processor)",
        "own time (wall)",
        "for each resource",
        "against linear growth",
        "target",
        "met",
        "until all are registered",
    ]
    return f"""## The program's own time in a preview

Measured on {machine()}; medians of {ROUNDS} rounds, each size in a process of its own.

{table(head, rows)}

Own time: what `__main__.py` takes with its zips built, without the engine and without importing
the SDKs; almost all of it is the Pulumi SDK's constructor of each resource, most of which records
a stack trace. The last column adds the SDK's work behind each registration, against mocks that
answer at once; in a real run it goes on beside the engine's. The targets are held to processor
time, which says the same on a busy machine.

Run again: `python -m benchmarks program`.
"""


@click.command("program")
@click.option("--size", type=int, hidden=True)
def command(size: int | None) -> int:
    """Measure the program's own time in a preview, by the number of functions."""
    if size:
        print(json.dumps(measure(size)))
        return 0
    text = report({size: measured_apart(size) for size in SIZES})
    write_section("program", text)
    print(text)
    return 0
