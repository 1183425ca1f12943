"""Measures the packager beside `sam build` and beside the floor, in one run.

`python -m benchmarks packaging [--rounds N]`. Each round runs every contender once,
so that what else the machine does falls on all of them; medians are compared.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import click

from benchmarks.packaging_projects import LOCK, copied, floor, generated
from benchmarks.packaging_sam import (
    RELEASE,
    Shipped,
    as_users_run,
    forget,
    install_sam,
    sam_build,
    shipped,
    shipped_by_sam,
    write_project,
    write_uv_project,
)
from benchmarks.report import machine, table, verdict, write_section
from packager.build.fetching import fetch_wheels
from packager.build.system import build_system
from packager.store.wheels import WheelStore
from packager.system import load_system
from packager.target import Target
from packager.uv import uv_executable

ROOT = Path(__file__).parents[1]
UNCHANGED_RUNS = 10
LINE = "functions/metrics_v2/the_alchemiser/metrics_v2/service.py"
PIN = "structlog==25.5.0"
"""An earlier release of a package of one layer."""


@click.command("packaging")
@click.option("--rounds", default=3, show_default=True, help="how often each is measured")
def command(rounds: int) -> int:
    """Measure the packager beside `sam build` and beside the floor."""
    cache = Path(os.environ.get("ALCHEMISER_HOME", ROOT / ".alchemiser")) / "bench"
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as scratch:
        text = Comparison(Path(scratch), install_sam(cache / "sam")).run(rounds)
    write_section("packaging", text)
    print(text)
    return 0


class Comparison:
    """The same catalogue, built by each contender."""

    def __init__(self, scratch: Path, sam: Path) -> None:
        self.scratch = scratch
        self.sam = sam
        self.system = load_system(ROOT)
        self.target = Target.of(self.system, self.system.functions[0].architecture)
        self.ours = copied(scratch / "ours")
        self.sams = scratch / "sam-project"
        write_project(ROOT, self.system, self.target, self.sams)
        self.zip = generated(scratch / "zip", functions=1, layers=1, shipping="ZIP")
        self.uv = scratch / "uv-project"
        write_uv_project(ROOT / LOCK, self.target, self.uv)
        self.small = generated(scratch / "small", functions=10, layers=2)
        self.large = generated(scratch / "large", functions=100, layers=20)
        self.pins = (text := (ROOT / LOCK).read_text(encoding="utf-8")), _moved(text)
        self.edits = 0

    def run(self, rounds: int) -> str:
        """Warm every cache, measure, and lay the figures out."""
        contenders: dict[str, tuple[Callable[[], None], Callable[[], None]]] = {
            "all": (self.ours.forget, lambda: self.ours.run("all")),
            "floor": (_nothing, self.floor),
            "sam": (lambda: forget(self.sams), lambda: sam_build(self.sam, self.sams)),
            "all unchanged": (_nothing, _often(lambda: self.ours.run("all"))),
            "interpreter": (_nothing, _often(_start_interpreter)),
            "line": (lambda: self.edit(self.ours.root), lambda: self.ours.run("all")),
            "line sam": (self.edit_sams, lambda: sam_build(self.sam, self.sams)),
            "pin": (lambda: self.move_pin(), lambda: self.ours.run("all")),
            "pin sam": (self.move_sams_pin, lambda: sam_build(self.sam, self.sams)),
            "zip": (self.zip.forget, lambda: self.zip.run("function", "function_0")),
            "uv": (
                lambda: forget(self.uv),
                lambda: sam_build(self.sam, self.uv, "--beta-features"),
            ),
            "small": (self.small.forget, lambda: self.small.run("all")),
            "large": (self.large.forget, lambda: self.large.run("all")),
        }
        seconds: dict[str, list[float]] = {name: [] for name in contenders}
        for number in range(rounds + 1):
            for name, (prepare, contender) in contenders.items():
                prepare()
                # What was removed and written before is not this one's to wait for.
                os.sync()
                started = time.perf_counter()
                contender()
                elapsed = time.perf_counter() - started
                runs = UNCHANGED_RUNS if name in {"all unchanged", "interpreter"} else 1
                if number:  # the first round warms every cache
                    seconds[name].append(elapsed / runs)
                print(f"round {number} of {rounds}: {name} {elapsed / runs:.3f} s", flush=True)
        self.ours.forget()
        peak_mb = self.ours.peak_mb("all")
        return self.report({name: median(it) for name, it in seconds.items()}, rounds, peak_mb)

    def floor(self) -> None:
        """Read each distinct lock's wheels and write their bytes; do nothing else."""
        wheels = WheelStore(self.ours.home / "wheel-store")
        locks = {
            lock: [it.sha256 for it in fetch_wheels(ROOT, spec, self.target, wheels, self.scratch)]
            for spec in self.system.layers
            if spec.group is not None
            and (lock := _digest(ROOT / "layers" / spec.name / "requirements.txt"))
        }
        floor(wheels.folder, list(locks.values()), self.scratch / "floor")

    def edit(self, root: Path) -> None:
        """Change one line of one function."""
        self.edits += 1
        file = root / LINE
        whole = (ROOT / LINE).read_text(encoding="utf-8")
        file.write_text(f"{whole}\nEDITED = {self.edits}\n", encoding="utf-8")

    def edit_sams(self) -> None:
        """Change the same line where sam reads it."""
        self.edit(self.sams)

    def move_pin(self) -> None:
        """Move one pin of one layer, and forget what was built of it."""
        self.ours.forget("layers/notifications")
        self._write_pin(self.ours.root)

    def move_sams_pin(self) -> None:
        """Move the same pin where sam reads it."""
        self._write_pin(self.sams)

    def _write_pin(self, root: Path) -> None:
        file = root / LOCK
        before = file.read_text(encoding="utf-8")
        file.write_text(self.pins[before == self.pins[0]], encoding="utf-8")

    def report(self, seconds: dict[str, float], rounds: int, peak_mb: float) -> str:
        """Put medians beside targets."""
        ours = self._own_bytes()
        sams = shipped_by_sam(self.sams, self.scratch)
        rows = [
            _faster("everything, output empty, wheel store warm", seconds, "all", "sam", 30),
            _slower("the same", seconds, "all", "floor", 3.0),
            _faster("one function with its dependencies in its zip", seconds, "zip", "uv", 10),
            _slower("nothing changed, whole process", seconds, "all unchanged", "interpreter", 4.0),
            _faster("one line of one function changed", seconds, "line", "line sam", 50),
            _faster("one pin of one layer changed", seconds, "pin", "pin sam", 20),
            _linear("100 functions and 20 layers", seconds["large"], seconds["small"]),
            [
                "peak memory of the whole build",
                f"{peak_mb:.0f} MB",
                "",
                "",
                "at most 200 MB",
                verdict(peak_mb <= 200),
            ],
            _weight("uploaded at a first deployment", ours.uploaded_bytes, sams.uploaded_bytes),
            _weight("all zips", ours.zipped_bytes, sams.zipped_bytes),
            _weight("all, unzipped", ours.unzipped_bytes, sams.unzipped_bytes),
        ]
        head = ["measure", "packager", "against", "ratio", "target", "met"]
        return _TEXT.format(
            machine=machine(),
            rounds=rounds,
            release=RELEASE,
            table=table(head, rows),
            growth=self._growth(),
        )

    def _own_bytes(self) -> Shipped:
        built = build_system(ROOT, self.system, self.ours.home / "build")
        artifacts = [artifact for part in built for artifact in part.values()]
        zips = ((artifact.sha256, artifact.zipped_bytes) for artifact in artifacts)
        return shipped(zips, sum(artifact.unzipped_bytes for artifact in artifacts))

    def _growth(self) -> str:
        """Say what copying costs in bytes, against compressing everything anew."""
        copies = self._layer_bytes()
        self.ours.run("all", "--smallest")
        smallest = self._layer_bytes() - copies
        return f"{copies:,} bytes against {smallest:,}, {copies / smallest - 1:.1%} more"

    def _layer_bytes(self) -> int:
        zips = (self.ours.home / "build" / "layers").glob("*/*.zip")
        return sum({zip_.stat().st_ino: zip_.stat().st_size for zip_ in zips}.values())


def _moved(lock: str) -> str:
    """Pin another release of one package, with the hashes that the index names for it."""
    command = [uv_executable(), "pip", "compile", "-", "--no-deps", "--generate-hashes", "--quiet"]
    done = subprocess.run(
        [*command, "--no-header", "--no-annotate"],
        input=PIN,
        capture_output=True,
        text=True,
        check=True,
    )
    name = PIN.partition("==")[0]
    before, found, rest = lock.partition(f"\n{name}==")
    lines = rest.splitlines(keepends=True)
    while lines and lines[0].rstrip().endswith("\\"):
        lines.pop(0)
    return f"{before}\n{done.stdout.strip()}\n{''.join(lines[1:])}" if found else lock


def _nothing() -> None:
    return


def _often(run: Callable[[], None]) -> Callable[[], None]:
    def runs() -> None:
        for _ in range(UNCHANGED_RUNS):
            run()

    return runs


def _start_interpreter() -> None:
    subprocess.run([sys.executable, "-c", "pass"], env=as_users_run(), check=True)


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _faster(
    measure: str, seconds: dict[str, float], ours: str, theirs: str, factor: int
) -> list[str]:
    mine, others = seconds[ours], seconds[theirs]
    return [
        measure,
        f"{mine:.3f} s",
        f"sam{' (uv beta)' if theirs == 'uv' else ''}: {others:.2f} s",
        f"{others / mine:.1f} times faster",
        f"at least {factor} times",
        verdict(others >= factor * mine),
    ]


def _slower(
    measure: str, seconds: dict[str, float], ours: str, least: str, most: float
) -> list[str]:
    mine, floor_s = seconds[ours], seconds[least]
    what = "reading and writing" if least == "floor" else "a bare interpreter"
    return [
        measure,
        f"{mine * 1000:.0f} ms",
        f"{what}: {floor_s * 1000:.0f} ms",
        f"{mine / floor_s:.1f} times",
        f"at most {most:g} times",
        verdict(mine <= most * floor_s),
    ]


def _linear(measure: str, large: float, small: float) -> list[str]:
    return [
        measure,
        f"{large:.2f} s",
        f"ten times 10 and 2: {10 * small:.2f} s",
        f"{large / (10 * small):.2f} times",
        "at most 1.2 times",
        verdict(large <= 12 * small),
    ]


def _weight(measure: str, ours: int, sams: int) -> list[str]:
    return [f"bytes: {measure}", f"{ours:,}", f"sam: {sams:,}", f"{ours / sams:.2f} times", "", ""]


_TEXT = """
## Packaging: seven layers and ten functions

Measured on {machine}; medians of {rounds} rounds, in each of which every contender ran once.

- packager: `python -m packager all` in a process of its own, sizes and what fits together checked;
  wheels in the wheel store. With a line or a pin changed it is the same command again.
- sam: `sam build --cached --parallel` (aws-sam-cli {release}) of the same locks and code, which
  installs but does not zip; pip's cache warm. For the bytes shipped, its output is zipped as
  `sam package` would. Its way of building with uv is a beta that builds functions only.
- the wheel store keeps, beside wheels, what was found of them and of sources by their digests.
- reading and writing: a Python that reads the wheels of each distinct lock and writes their bytes.

{table}

Copying what wheels compressed: {growth} (`--smallest`).
Equal zips are uploaded once: three of the layers have the same lock, and S3 copies the first to the
other two.

Run again: `python -m benchmarks packaging`.
"""
