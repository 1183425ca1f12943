"""Measures how long strategies take to evaluate, and how much memory, each in a fresh process.

`python -m benchmarks strategy [--rounds N]`. Every process is held to one core and
evaluates its strategy once, as a cold Lambda function would; medians of the rounds are told.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from statistics import median

import click

from benchmarks.generated_shapes import SHAPES, shaped
from benchmarks.generated_strategies import SYMBOLS, counted, deep, nested_filters
from benchmarks.report import machine, table, write_section

ROOT = Path(__file__).parents[1]
FUNCTION = ROOT / "functions/strategy_v2"
CLOSES = ROOT / "local/market/data/closes.csv.gz"
DAYS = 2_000

CASES: Mapping[str, Callable[[], str]] = {
    "a quarter": lambda: counted(3_750, 1_500),
    "half": lambda: counted(7_500, 3_000),
    "15,000 assets, 6,000 conditions": lambda: counted(15_000, 6_000),
    "twice": lambda: counted(30_000, 12_000),
    "four times": lambda: counted(60_000, 24_000),
    "30 group filters, half": lambda: nested_filters(1_000_000),
    "30 group filters, three deep, 2 MB": lambda: nested_filters(2_000_000),
    **{f"30 group filters: {name}": partial(shaped, name, 2_000_000) for name in SHAPES},
    "290 levels, 2 MB": lambda: deep(290, 2_000_000),
}

TARGETS = {
    "15,000 assets, 6,000 conditions": (2.0, None),
    "30 group filters, three deep, 2 MB": (1.0, 150),
    **{f"30 group filters: {name}": (1.0, 150) for name in SHAPES},
}
"""Seconds of one core, and megabytes, that a case may take."""

TIMES = ("core s", "core s per MB", "elapsed s")


@click.command("strategy")
@click.option("--rounds", default=3, show_default=True, help="how often each is measured")
@click.option("--case", type=click.Choice(list(CASES)), hidden=True)
def command(rounds: int, case: str | None) -> int:
    """Measure how long strategies take to evaluate, and how much memory."""
    if case:
        print(json.dumps(_evaluate(CASES[case]())))
        return 0
    rows = [_row(case, rounds) for case in CASES]
    head = ("strategy", "bytes", "symbols held", *TIMES, "peak MB", "target")
    print(result := table(head, rows))
    write_section("strategy", _text(result, rounds))
    return 0


def _row(case: str, rounds: int) -> list[str]:
    measured = [_measured_apart(case) for _ in range(rounds)]
    size_bytes, symbols = measured[0]["bytes"], measured[0]["symbols"]
    core_s = median(result["core_s"] for result in measured)
    seconds = median(result["seconds"] for result in measured)
    peak_mb = median(result["peak_mb"] for result in measured)
    return [
        case,
        f"{size_bytes:,}",
        str(symbols),
        f"{core_s:.2f}",
        f"{core_s / size_bytes * 1e6:.2f}",
        f"{seconds:.2f}",
        f"{peak_mb:.0f}",
        _verdict(case, core_s, peak_mb),
    ]


def _measured_apart(case: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "strategy", "--case", case],
        cwd=ROOT,
        check=True,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(FUNCTION)},
    )
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def _verdict(case: str, core_s: float, peak_mb: float) -> str:
    if case not in TARGETS:
        return ""
    most_s, most_mb = TARGETS[case]
    met = core_s <= most_s and (most_mb is None or peak_mb <= most_mb)
    limits = f"{most_s:.0f} s" + (f", {most_mb} MB" if most_mb else "")
    return f"{limits}: {'met' if met else '**missed**'}"


def _evaluate(text: str) -> dict[str, float]:
    """Evaluate one text in this process, on real closes."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    from the_alchemiser.shared.errors import DataUnavailable
    from the_alchemiser.shared.market_data import Closes
    from the_alchemiser.strategy_v2.evaluation.decision import decide
    from the_alchemiser.strategy_v2.language.text import Source

    with gzip.open(CLOSES, "rt") as stream:
        header, *days = list(csv.reader(stream))
    dates = tuple(date.fromisoformat(day[0]) for day in days[-DAYS:])
    known = {
        symbol: Closes(
            dates=dates,
            values=tuple(float(day[header.index(symbol)]) for day in days[-DAYS:]),
        )
        for symbol in SYMBOLS
    }

    class Store:
        def closes(self, symbol: str, before: date) -> Closes:
            if symbol not in known:
                raise DataUnavailable(symbol)
            return known[symbol]

    source = Source(file="generated.clj", text=text)
    started, worked = time.perf_counter(), time.process_time()
    decision = decide(source, Store(), dates[-1] + timedelta(days=1))
    worked, seconds = time.process_time() - worked, time.perf_counter() - started
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    return {
        "bytes": len(text.encode()),
        "symbols": len(decision.weights),
        "core_s": worked,
        "seconds": seconds,
        "peak_mb": peak_mb,
    }


def _text(result: str, rounds: int) -> str:
    return f"""## Evaluating a strategy

Measured on one core of {machine()}; medians of {rounds} fresh processes each. Reading, checking,
evaluating and the trace are all in the time; {len(SYMBOLS)} symbols with {DAYS:,} real closes each.
Core time is what the process itself used, elapsed time includes what else the machine did. Peak
memory is that of the whole process: interpreter, numpy, pydantic, the prices and the text.

{result}

Equal parts of a file are worked on once. What that is worth depends on the file; these are drawn
at random, so that only small parts repeat. A file of group filters takes no longer for its nesting:
each part is evaluated once, for all the days on which anything asks for it. The shapes of group
filters, all of 2 MB and three deep, differ in what their groups consist of
(`benchmarks/generated_shapes.py`). About half of what those
at the limit take is reading and checking their text, which grows with the file alone.
"""
