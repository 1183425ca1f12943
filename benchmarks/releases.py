"""How long a release takes to be proven, to go live and to be taken back.

Works in a copy of the checkout with a MiniStack of its own: `python -m benchmarks releases`.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import click

from benchmarks.report import machine, report_section, table
from tests.engine.checkout import copy_checkout
from tests.engine.rehearsal import METRICS, SHARED, Rehearsal, marked

_TOOK = re.compile(r"(release-proof|release-record) updated \((\d+(?:\.\d+)?)s\)")
POLL_S = 0.005


@dataclass(frozen=True, kw_only=True, slots=True)
class Moving:
    """When the aliases of a stack moved, in seconds after the command was started."""

    first_s: float
    last_s: float
    all_s: float
    output: str

    @property
    def gap_s(self) -> float:
        """Seconds in which aliases served two releases."""
        return self.last_s - self.first_s


def watch_aliases(rehearsal: Rehearsal, verb: str, moving: int) -> Moving:
    """Run a verb and look at the aliases until so many have moved."""
    before = rehearsal.live()
    started = time.perf_counter()
    process = rehearsal.checkout.start(verb, "--stack", rehearsal.stack)
    first_s = last_s = 0.0
    while process.poll() is None and not last_s:
        moved = changed(before, rehearsal.live())
        now_s = time.perf_counter() - started
        first_s = first_s or (now_s if moved else 0.0)
        last_s = now_s if moved >= moving else 0.0
        time.sleep(POLL_S)
    status = process.wait()
    output = (rehearsal.checkout.home / "killed.log").read_text(encoding="utf-8")
    assert status == 0 and last_s, output[-3000:]
    all_s = time.perf_counter() - started
    return Moving(first_s=first_s, last_s=last_s, all_s=all_s, output=output)


def changed(before: Mapping[str, str], now: Mapping[str, str]) -> int:
    """Count the functions whose alias serves another version."""
    return sum(now[name] != version for name, version in before.items())


def seconds_of(command: str, output: str) -> float:
    """Read what the engine says that a command took."""
    found = {name: float(seconds) for name, seconds in _TOOK.findall(output)}
    return found[command]


def measure(folder: Path) -> str:
    """Deploy a copy, change one function, then all, and take that back."""
    copied = copy_checkout(folder / "checkout", folder / "home")
    checkout = replace(copied, environment={"REHEARSE": "1"})
    rehearsal = Rehearsal(checkout)
    try:
        rehearsal.operate("deploy").succeeded()
        every = len(rehearsal.live())
        checkout.edit(METRICS, lambda text: marked(text, "one"))
        one = watch_aliases(rehearsal, "deploy", 1)
        checkout.edit(SHARED, lambda text: marked(text, "all"))
        ten = watch_aliases(rehearsal, "deploy", every)
        back = watch_aliases(rehearsal, "rollback", every)
    finally:
        checkout.run("clean")
    return report(one, ten, back)


def gap(moving: Moving) -> str:
    """Write the gap; what began and ended between two looks is shorter than one."""
    return f"{moving.gap_s:.2f} s" if moving.gap_s else "less than one look at all ten takes"


def report(one: Moving, ten: Moving, back: Moving) -> str:
    """Lay out the section."""
    rows = [
        ("`make rollback` of ten functions, until every alias has moved", f"{back.last_s:.1f} s"),
        ("of that, from the first alias to the last", gap(back)),
        ("`make rollback`, whole: recorded, and the engine told", f"{back.all_s:.1f} s"),
        ("an update of ten functions, from the first alias to the last", gap(ten)),
        (
            "what proving adds to an update of one function",
            f"{seconds_of('release-proof', one.output):.1f} s",
        ),
        (
            "what proving adds to an update of all ten",
            f"{seconds_of('release-proof', ten.output):.1f} s",
        ),
        ("what recording adds", f"{seconds_of('release-record', one.output):.1f} s"),
        ("an update of one function, whole", f"{one.all_s:.1f} s"),
    ]
    return (
        "## Releases\n\n"
        f"Measured once on {machine()},\ndev rehearsed on MiniStack; aliases asked of Lambda "
        "again and again while the command ran,\nproof and record as the engine timed them.\n"
        "Only versions that no alias serves yet are proven; on AWS each starts on its own.\n\n"
        f"{table(('measure', 'found'), rows)}\n\n"
        "Run again: `python -m benchmarks releases`."
    )


@click.command("releases")
def command() -> int:
    """Measure how a release is proven, goes live and is taken back."""
    return report_section("releases", measure)
