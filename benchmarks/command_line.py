"""How long the command line takes, and how far a preview is from the engine's floor.

Works in a copy of the checkout with a MiniStack of its own: `python -m benchmarks command-line`.
"""

from __future__ import annotations

import json
import shutil
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click

from benchmarks.milestones import DEPLOYMENT, FIRST_RUN, SECOND_RUN, Step, run_in_steps
from benchmarks.report import machine, report_section, table, verdict
from local.market.address import URL_VARIABLE, market_url
from local.workfolder import WorkFolder
from tests.engine.checkout import Checkout, copy_checkout

ROUNDS = 5
ONCE = """Most of the first run goes to what is done once: each handler is imported from its zips
in two orders before AWS is touched, and the emulator unpacks and starts some thirty workers."""
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


def checkout_in(folder: Path) -> Checkout:
    """Copy the checkout, with engine and environment; all else it makes itself."""
    copied = copy_checkout(folder / "checkout", folder / "home")
    url = market_url(WorkFolder(root=copied.root, home=copied.home))
    return replace(copied, environment={URL_VARIABLE: url})


def measure(folder: Path) -> str:
    """Bring a copy up twice, then preview it and its floors in turns."""
    checkout = checkout_in(folder)
    try:
        first = run_in_steps(checkout, FIRST_RUN)
        second = run_in_steps(checkout, SECOND_RUN)
        floor = floor_of(checkout)
        bare = replace(floor, environment={**floor.environment, "FLOOR_BARE": "1"})
        seconds = preview_in_turns({"program": checkout, "floor": floor, "bare": bare})
    finally:
        checkout.run("clean")
    return report(first, second, seconds)


def preview_in_turns(checkouts: dict[str, Checkout]) -> dict[str, float]:
    """Preview each in every round, so that what else the machine does falls on all."""
    for checkout in checkouts.values():
        preview(checkout)
    seconds: dict[str, list[float]] = {name: [] for name in checkouts}
    for number in range(ROUNDS):
        for name, checkout in checkouts.items():
            seconds[name].append(timed(lambda checkout=checkout: preview(checkout)))  # type: ignore[misc]
        told = ", ".join(f"{name} {times[-1]:.1f} s" for name, times in seconds.items())
        print(f"round {number + 1} of {ROUNDS}: {told}", flush=True)
    return {name: statistics.median(times) for name, times in seconds.items()}


def report(first: list[Step], second: list[Step], seconds: dict[str, float]) -> str:
    """Lay out the section."""
    ours_s, floor_s, bare_s = seconds["program"], seconds["floor"], seconds["bare"]
    ratio = ours_s / floor_s
    rows = [
        (
            "`preview`, nothing changed",
            f"{ours_s:.1f} s",
            f"engine's floor: {floor_s:.1f} s",
            f"{ratio:.2f} times",
            "at most 1.2 times",
            verdict(ratio <= 1.2),
        ),
        (
            "the same",
            f"{ours_s:.1f} s",
            f"floor without the SDKs' classes: {bare_s:.1f} s",
            f"{ours_s / bare_s:.2f} times",
            "",
            "",
        ),
        _whole(
            "`make local`, empty MiniStack, until all is deployed", first[: len(DEPLOYMENT)], 60
        ),
        _whole("the same, a day traded too", first, 60),
        _whole("`make local` again, nothing changed", second, 15),
    ]
    head = ("measure", "found", "against", "ratio", "target", "met")
    steps = [(step.name, f"{step.seconds:.1f} s") for step in first]
    again = [(step.name, f"{step.seconds:.1f} s") for step in second]
    return (
        "## The command line\n\n"
        f"Measured on {machine()}; previews are medians of {ROUNDS} rounds in turns, through\n"
        "`local/pulumi`, on one MiniStack; engine, `.venv` and wheels at hand, nothing built.\n"
        "The floor registers the same resources by type, name and parent, with constant inputs,\n"
        "through the same classes of the SDKs and on the same providers.\n\n"
        f"{table(head, rows)}\n\nThe first run by step:\n\n{table(('step', 'took'), steps)}\n\n"
        f"{ONCE}\n\nThe second:\n\n{table(('step', 'took'), again)}\n\n"
        "Run again: `python -m benchmarks command-line`."
    )


def _whole(measure: str, steps: list[Step], target_s: int) -> tuple[str, ...]:
    took_s = sum(step.seconds for step in steps)
    met = verdict(took_s <= 1.1 * target_s)
    return (measure, f"{took_s:.0f} s", "", "", f"about {target_s} s", met)


@click.command("command-line")
def command() -> int:
    """Measure how long `make local` takes, and how far a preview is from the engine's floor."""
    return report_section("command-line", measure)
