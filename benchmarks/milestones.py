"""Takes a run of `make local` apart by what it and the engine say."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.engine.checkout import Checkout

END = ""
"""The milestone that is reached when the command ends."""

LOOK_EVERY_S = 0.05

DEPLOYMENT = (
    ("MiniStack starts", r"MiniStack runs at"),
    ("the engine starts", r"^Updating \("),
    ("the program plans, up to the first resource", r" created \("),
    ("resources, side by side with the layers' builds", r"-version created"),
    ("layers are stored; functions are checked and made", r"^Duration:"),
    ("the simulated market starts, the tables are shown", r"\(\d+ resources, \d+ s\)"),
)

FIRST_RUN = (
    *DEPLOYMENT,
    ("bars are fetched, functions start for the first time", r"data_v2 .*fetched"),
    ("the day is traded and shown", END),
)

SECOND_RUN = (
    ("the record is checked, the engine starts", r"^Updating \("),
    ("the program runs, all is compared", r"^Duration:"),
    ("the last day is named", END),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """A part of a run."""

    name: str
    seconds: float


def run_in_steps(checkout: Checkout, milestones: Sequence[tuple[str, str]]) -> list[Step]:
    """Run `make local` and say how long it took to reach each milestone from the one before."""
    said, engine = checkout.home / "killed.log", checkout.home / "logs/up.log"
    engine.unlink(missing_ok=True)
    started = time.perf_counter()
    process = checkout.start("local", "--and-trade")
    steps: list[Step] = []
    for name, pattern in milestones:
        while process.poll() is None and not (pattern and _seen((said, engine), pattern)):
            time.sleep(LOOK_EVERY_S)
        assert not pattern or _seen((said, engine), pattern), f"{name}: not in {said.read_text()}"
        now = time.perf_counter()
        steps.append(Step(name=name, seconds=now - started))
        started = now
    assert process.wait() == 0, said.read_text()
    return steps


def _seen(logs: Sequence[Path], pattern: str) -> bool:
    texts = (log.read_text(errors="replace") for log in logs if log.exists())
    return any(re.search(pattern, text, re.MULTILINE) for text in texts)
