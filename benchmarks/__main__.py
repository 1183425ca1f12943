"""Measures how fast all this is: `python -m benchmarks [NAME]`, every benchmark without a name."""

from __future__ import annotations

import subprocess
import sys
import time

import click

from benchmarks.report import PAGE
from command_line.ending import Ending, invoke
from command_line.lazy_group import LazyGroup

BENCHMARKS = {
    "packaging": "benchmarks.packaging:command",
    "program": "benchmarks.program:command",
    "command-line": "benchmarks.command_line:command",
    "inner-loop": "benchmarks.inner_loop:command",
    "releases": "benchmarks.releases:command",
    "cold-import": "benchmarks.cold_import:command",
    "strategy": "benchmarks.strategy:command",
}
EVERY = {"all": "benchmarks.__main__:every"}


@click.command("all")
def every() -> int:
    """Run every benchmark in a process of its own, and fail if one did."""
    failed = []
    for number, name in enumerate(BENCHMARKS, 1):
        print(f"-> {name} ({number} of {len(BENCHMARKS)}) …", flush=True)
        started = time.monotonic()
        command = [sys.executable, "-m", "benchmarks", name]
        status = subprocess.run(command, check=False).returncode
        print(f"   {time.monotonic() - started:.0f} s", flush=True)
        if status:
            failed.append(name)
            print(f"{name} failed", file=sys.stderr)
    print(f"written: {PAGE}" if not failed else f"failed: {', '.join(failed)}")
    return 1 if failed else 0


def main(arguments: list[str]) -> int:
    """Run what is named; without a name, every benchmark."""
    group = LazyGroup(
        "python -m benchmarks", "Measure speed, and write docs/benchmarks.md.", BENCHMARKS | EVERY
    )
    return Ending().of(lambda: invoke(group, arguments or ["all"]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
