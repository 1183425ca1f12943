"""Runs every benchmark, one after another: `python -m benchmarks`."""

from __future__ import annotations

import subprocess
import sys
import time

from benchmarks.report import PAGE

PROGRAMS = ("packaging", "program", "command_line", "releases", "cold_import", "strategy")


def main() -> int:
    """Run them all, tell how far they are, and fail if one did."""
    failed = []
    for number, name in enumerate(PROGRAMS, 1):
        print(f"-> benchmarks.{name} ({number} of {len(PROGRAMS)}) …", flush=True)
        started = time.monotonic()
        status = subprocess.run(
            [sys.executable, "-m", f"benchmarks.{name}"], check=False
        ).returncode
        print(f"   {time.monotonic() - started:.0f} s", flush=True)
        if status:
            failed.append(name)
            print(f"benchmarks.{name} failed", file=sys.stderr)
    print(f"written: {PAGE}" if not failed else f"failed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
