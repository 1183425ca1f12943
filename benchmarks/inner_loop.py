"""How long a change of one line takes beside the engine's own command, a save, and further days.

Works in a copy of the checkout with a MiniStack of its own: `python -m benchmarks inner-loop`.
"""

from __future__ import annotations

import os
import signal
import statistics
import time
from datetime import date
from pathlib import Path

import click

from benchmarks.command_line import checkout_in, timed
from benchmarks.report import machine, report_section, table, verdict
from local.day.calendar import tradable_days
from tests.engine.checkout import Checkout
from tests.engine.rehearsal import METRICS, marked
from tests.engine.test_watching import served

ROUNDS = 3
FROM = date(2022, 3, 15)
FEW, MANY = 2, 8
UP = ("pulumi", "up", "--stack", "local", "--yes", "--skip-preview")


def changed_line(checkout: Checkout) -> dict[str, float]:
    """Deploy a changed line by either command in turns; give the median of each."""
    seconds: dict[str, list[float]] = {"ours": [], "engine": []}
    for number in range(ROUNDS):
        for name, command in {"ours": ("local",), "engine": UP}.items():
            checkout.edit(METRICS, lambda text, it=f"{name} {number}": marked(text, it))  # type: ignore[misc]
            seconds[name].append(timed(lambda it=command: checkout.run(*it).succeeded()))  # type: ignore[misc]
        told = ", ".join(f"{name} {times[-1]:.1f} s" for name, times in seconds.items())
        print(f"changed line, round {number + 1} of {ROUNDS}: {told}", flush=True)
    return {name: statistics.median(times) for name, times in seconds.items()}


def saved_line(checkout: Checkout) -> float:
    """Save a line while `make watch` runs; give the median time until Lambda serves it."""
    client = checkout.account().client("lambda")
    process = checkout.start("watch")
    log = checkout.home / "killed.log"
    while "watching for saves" not in log.read_text():
        assert process.poll() is None, log.read_text()
        time.sleep(0.1)
    seconds = []
    for number in range(ROUNDS):
        before = served(client)
        checkout.edit(METRICS, lambda text, it=number: marked(text, f"saved {it}"))  # type: ignore[misc]
        seconds.append(timed(lambda it=before: _until_served(client, it)))  # type: ignore[misc]
        time.sleep(1)
    os.killpg(process.pid, signal.SIGINT)
    process.wait()
    checkout.run("local").succeeded()
    return statistics.median(seconds)


def _until_served(client: object, before: str) -> None:
    while served(client) == before:
        time.sleep(0.05)


def further_day(checkout: Checkout) -> float:
    """Give what each day beyond the first ones takes of a range that is traded in a row."""
    days = [day for day in tradable_days() if day >= FROM][:MANY]
    checkout.run("day", "--date", FROM.isoformat()).succeeded()
    took = {
        count: timed(lambda it=count: _trade(checkout, days[:it]))  # type: ignore[misc]
        for count in (FEW, MANY)
    }
    return (took[MANY] - took[FEW]) / (MANY - FEW)


def _trade(checkout: Checkout, days: list[date]) -> None:
    span = ("--from", days[0].isoformat(), "--to", days[-1].isoformat())
    checkout.run("days", *span).succeeded()


def measure(folder: Path) -> str:
    """Bring a copy up, and do with it what an engineer does all day."""
    checkout = checkout_in(folder)
    try:
        checkout.run("local").succeeded()
        changed = changed_line(checkout)
        saved_s = saved_line(checkout)
        day_s = further_day(checkout)
        down_s = timed(lambda: checkout.run("down").succeeded())
    finally:
        checkout.run("clean")
    return report(changed, saved_s, day_s, down_s)


def report(changed: dict[str, float], saved_s: float, day_s: float, down_s: float) -> str:
    """Lay out the section."""
    ratio = changed["ours"] / changed["engine"]
    rows = [
        (
            "`make local`, a line of one function changed",
            f"{changed['ours']:.1f} s",
            f"`pulumi up --skip-preview`: {changed['engine']:.1f} s",
            f"{ratio:.2f} times",
            "at most 1.2 times",
            verdict(ratio <= 1.2),
        ),
        _limited("`make watch`, from the save until Lambda serves it", saved_s, 5),
        _limited("`make days`, each day beyond the first", day_s, 6),
        _limited("`make down`", down_s, 10),
    ]
    head = ("measure", "found", "against", "ratio", "target", "met")
    return (
        "## An engineer's hour\n\n"
        f"Measured on {machine()}; medians of {ROUNDS} rounds, the two\n"
        "commands of the first row in turns on one MiniStack, each with a change of its own.\n"
        f"Days: the difference of {MANY} in a row to {FEW}, for each.\n\n"
        f"{table(head, rows)}\n\n"
        "Run again: `python -m benchmarks inner-loop`."
    )


def _limited(measure: str, took_s: float, target_s: int) -> tuple[str, ...]:
    met = verdict(took_s <= target_s)
    return (measure, f"{took_s:.1f} s", "", "", f"at most {target_s} s", met)


@click.command("inner-loop")
def command() -> int:
    """Measure a changed line beside the engine's own command, a save, further days, the end."""
    return report_section("inner-loop", measure)
