"""Runs every benchmark, one after another: `python -m benchmarks`."""

from __future__ import annotations

import subprocess
import sys

PROGRAMS = ("packaging", "program", "front_door", "cold_import", "strategy")


def main() -> int:
    """Run them all, and fail if one did."""
    failed = [
        name
        for name in PROGRAMS
        if subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode
    ]
    for name in failed:
        print(f"benchmarks.{name} failed", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
