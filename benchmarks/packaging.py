"""Measures the packager beside `sam build` and beside the floor, in one run.

Run: `.venv/bin/python -m benchmarks.packaging [--rounds N]`. Each round runs every contender once,
so that what else the machine does falls on all of them; medians are compared.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from statistics import median

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
)
from benchmarks.report import machine, table, verdict, write_section
from packager.build.system import build_system
from packager.inputs.keys import lock_path
from packager.system import load_system
from packager.target import Target
from packager.uv import uv_executable

ROOT = Path(__file__).parents[1]
UNCHANGED_RUNS = 10


def main() -> None:
    """Measure, print and write the section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    cache = Path(os.environ.get("ALCHEMISER_HOME", ROOT / ".alchemiser")) / "bench"
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as scratch:
        text = Comparison(Path(scratch), install_sam(cache / "sam")).run(rounds)
    write_section("packaging", text)
    print(text)


class Comparison:
    """The same catalogue, built by each contender."""

    def __init__(self, scratch: Path, sam: Path) -> None:
        self.scratch = scratch
        self.sam = sam
        self.target = Target()
        self.system = load_system(ROOT)
        self.home = scratch / "home"
        self.project = scratch / "sam-project"
        write_project(ROOT, self.system, self.target, self.project)

    def run(self, rounds: int) -> str:
        """Warm every cache, measure, and lay the figures out."""
        contenders: dict[str, Callable[[], None]] = {
            "all": self.build_all,
            "all unchanged": self.build_unchanged,
            "interpreter": self.start_interpreter,
            "floor": self.floor,
            "sam": self.sam_first,
            "sam unchanged": self.sam_again,
        }
        for name, contender in contenders.items():
            print(f"warming caches: {name}", flush=True)
            contender()
        seconds: dict[str, list[float]] = {name: [] for name in contenders}
        for number in range(rounds):
            for name, contender in contenders.items():
                self.forget_what(name)
                # What was removed and written before is not this one's to wait for.
                os.sync()
                started = time.perf_counter()
                contender()
                elapsed = time.perf_counter() - started
                runs = UNCHANGED_RUNS if name in {"all unchanged", "interpreter"} else 1
                seconds[name].append(elapsed / runs)
                print(f"round {number + 1} of {rounds}: {name} {elapsed / runs:.2f} s", flush=True)
        return self.report({name: median(times) for name, times in seconds.items()}, rounds)

    def forget_what(self, name: str) -> None:
        """Remove what a contender that starts with nothing has made before."""
        if name == "all":
            shutil.rmtree(self.home, ignore_errors=True)
        if name == "sam":
            forget(self.project)

    def build_all(self) -> None:
        """Build all with nothing built before; wheels are in uv's cache."""
        self._packager()

    def build_unchanged(self) -> None:
        """Run the whole command, interpreter start included, some times over."""
        for _ in range(UNCHANGED_RUNS):
            self._packager()

    def start_interpreter(self) -> None:
        """Start Python and do nothing, as often: the least that any command here takes."""
        for _ in range(UNCHANGED_RUNS):
            subprocess.run([sys.executable, "-c", "pass"], env=as_users_run(), check=True)

    def floor(self) -> None:
        """Install each distinct lock one after another, then deflate everything once."""
        locks = {
            hashlib.sha256(lock_path(ROOT, spec.name).read_bytes()).digest(): spec
            for spec in self.system.layers
            if spec.group is not None
        }
        folders = []
        for number, spec in enumerate(locks.values()):
            folder = self.scratch / f"floor-{number}"
            shutil.rmtree(folder, ignore_errors=True)
            subprocess.run(
                [
                    *(uv_executable(), "pip", "install", "--quiet", "--target", str(folder)),
                    *("--python-version", self.target.python, "--only-binary", ":all:"),
                    *("--python-platform", self.target.platform, "--require-hashes"),
                    *("--no-compile", "--requirements", str(lock_path(ROOT, spec.name))),
                ],
                check=True,
            )
            folders.append(folder)
        for folder in folders:
            for file in folder.rglob("*"):
                if file.is_file():
                    zlib.compress(file.read_bytes(), 6)

    def sam_first(self) -> None:
        """Build with sam, its project cache empty and pip's warm."""
        sam_build(self.sam, self.project)

    def sam_again(self) -> None:
        """Build with sam once more, nothing changed."""
        sam_build(self.sam, self.project)

    def report(self, seconds: dict[str, float], rounds: int) -> str:
        """Put medians beside targets."""
        first, again = seconds["all"], seconds["all unchanged"]
        ours = self._own_bytes()
        sams = shipped_by_sam(self.project, self.scratch)
        rows = [
            _row("everything, nothing built before", first, "sam", seconds["sam"], 8),
            _row("the same, nothing changed", again, "sam, again", seconds["sam unchanged"], 50),
            [
                "everything, nothing built before",
                f"{first:.2f} s",
                f"floor: {seconds['floor']:.2f} s",
                f"{first / seconds['floor']:.2f} times",
                "at most 0.4 times",
                verdict(first <= 0.4 * seconds["floor"]),
            ],
            [
                "nothing changed, with interpreter start",
                f"{again * 1000:.0f} ms",
                f"a bare interpreter: {seconds['interpreter'] * 1000:.0f} ms",
                f"{again / seconds['interpreter']:.1f} times",
                "below 100 ms",
                verdict(again < 0.1),
            ],
            _weight(
                "uploaded at a first deployment", ours.uploaded_bytes, sams.uploaded_bytes, 0.7
            ),
            _weight("all seventeen zips", ours.zipped_bytes, sams.zipped_bytes, 0.7),
            _weight("all seventeen, unzipped", ours.unzipped_bytes, sams.unzipped_bytes, None),
        ]
        head = ["measure", "packager", "against", "ratio", "target", "met"]
        return _TEXT.format(
            machine=machine(), rounds=rounds, release=RELEASE, table=table(head, rows)
        )

    def _packager(self) -> None:
        subprocess.run(
            [sys.executable, "-m", "packager", "all"],
            cwd=ROOT,
            env={**as_users_run(), "ALCHEMISER_HOME": str(self.home)},
            stderr=subprocess.DEVNULL,
            check=True,
        )

    def _own_bytes(self) -> Shipped:
        built = build_system(ROOT, self.system, self.home / "build")
        artifacts = [artifact for part in built for artifact in part.values()]
        zips = ((artifact.sha256, artifact.zipped_bytes) for artifact in artifacts)
        return shipped(zips, sum(artifact.unzipped_bytes for artifact in artifacts))


def _row(measure: str, ours: float, whose: str, theirs: float, factor: int) -> list[str]:
    return [
        measure,
        f"{ours:.2f} s",
        f"{whose}: {theirs:.2f} s",
        f"{theirs / ours:.1f} times faster",
        f"at least {factor} times",
        verdict(theirs >= factor * ours),
    ]


def _weight(measure: str, ours: int, sams: int, most: float | None) -> list[str]:
    return [
        f"bytes: {measure}",
        f"{ours:,}",
        f"sam: {sams:,}",
        f"{ours / sams:.2f} times",
        f"at most {most} times" if most else "",
        verdict(ours <= most * sams) if most else "",
    ]


_TEXT = """
## Packaging: seven layers and ten functions

Measured on {machine}; medians of {rounds} rounds, in each of which every contender ran once.

- packager: `python -m packager all`, zips and their checks included; wheels in uv's cache.
- sam: `sam build --cached --parallel` (aws-sam-cli {release}) of the same locks and code, which
  installs but does not zip; pip's cache warm. For the bytes shipped, its output is zipped as
  `sam package` would.
- floor: `uv pip install --target` of each distinct lock, one after another, then one pass of zlib
  level 6 over every installed byte.

{table}

Equal zips are uploaded once: three of the layers have the same lock, and S3 copies the first to the
other two. Sam's three differ in their files' times, so that it uploads each. Zip by zip the saving
is smaller than the target, because four fifths of a zip are shared objects (OpenBLAS alone is a
quarter to a half), of which nothing can be left out; what slimming leaves behind are tests, stubs,
headers, scripts and byte code. libdeflate's level 10 would take off another 3 % for seven times the
work.

Run again: `python -m benchmarks.packaging`.
"""


if __name__ == "__main__":
    main()
