"""How long the front door takes, and how far a preview is from the engine's floor.

Works in a copy of the checkout with a MiniStack of its own: `python -m benchmarks.front_door`.
"""

from __future__ import annotations

import json
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from benchmarks.report import machine, table, write_section
from tests.engine.checkout import Checkout, copy_checkout

ROUNDS = 5
FLOOR = Path(__file__).parent / "floor_program.py"


def timed(act: Callable[[], object]) -> float:
    """Return the seconds that something takes."""
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def preview(checkout: Checkout) -> None:
    """Preview the local stack, in which nothing may have changed."""
    assert checkout.planned() == {}, checkout.planned()


def floor_of(checkout: Checkout) -> Checkout:
    """Make a copy of the checkout whose program is the floor."""
    exported = checkout.pulumi("stack", "export", "--show-secrets", "--stack", "local").succeeded()
    record = checkout.home / "floor.json"
    resources = json.loads(exported.output)["deployment"]["resources"]
    record.write_text(json.dumps(resources), encoding="utf-8")
    root = checkout.root.parent / "floor"
    shutil.copytree(checkout.root, root, symlinks=True)
    shutil.copyfile(FLOOR, root / "__main__.py")
    return replace(
        checkout, root=root, environment={**checkout.environment, "FLOOR_RECORD": str(record)}
    )


def measure(folder: Path) -> str:
    """Bring a copy up twice, then preview it and its floor in turns."""
    checkout = copy_checkout(folder / "checkout", folder / "home")
    try:
        first_s = timed(lambda: checkout.run("local").succeeded())
        second_s = timed(lambda: checkout.run("local").succeeded())
        floor = floor_of(checkout)
        ours, floors = [], []
        for number in range(ROUNDS):
            ours.append(timed(lambda: preview(checkout)))
            floors.append(timed(lambda: preview(floor)))
            print(f"round {number + 1}: {ours[-1]:.1f} s, floor {floors[-1]:.1f} s", flush=True)
    finally:
        checkout.run("clean")
    return report(first_s, second_s, statistics.median(ours), statistics.median(floors))


def report(first_s: float, second_s: float, ours_s: float, floor_s: float) -> str:
    """Lay out the section."""
    ratio = ours_s / floor_s
    rows = [
        (
            "`preview`, nothing changed",
            f"{ours_s:.1f} s",
            f"engine's floor: {floor_s:.1f} s",
            f"{ratio:.2f} times",
            "at most 1.2 times",
            "yes" if ratio <= 1.2 else "**no**",
        ),
        (
            "`make local`, empty MiniStack, day included",
            f"{first_s:.0f} s",
            "",
            "",
            "about 60 s",
            "",
        ),
        ("`make local` again, nothing changed", f"{second_s:.0f} s", "", "", "about 15 s", ""),
    ]
    head = ("measure", "found", "against", "ratio", "target", "met")
    return (
        "## The front door\n\n"
        f"Measured on {machine()}; previews are medians of {ROUNDS} rounds in turns, through\n"
        "`local/pulumi`, on one MiniStack; engine and wheels at hand. The floor registers the\n"
        "same resources by type, name and parent, with constant inputs, on the same providers.\n\n"
        f"{table(head, rows)}\n\nRun again: `python -m benchmarks.front_door`."
    )


def main() -> int:
    """Measure and write the section."""
    with tempfile.TemporaryDirectory() as folder:
        text = measure(Path(folder))
    write_section("front-door", text)
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
