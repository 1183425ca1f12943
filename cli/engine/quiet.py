"""Runs the engine without its display: what it says goes to a log, what it did is given back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cli.engine.cli import Cli
from cli.engine.events import EngineRun, read_events
from local.progress import step


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """How a quiet run ended, and what it did."""

    status: int
    run: EngineRun
    log: Path


def run_quietly(cli: Cli, title: str, arguments: Sequence[str]) -> Told:
    """Run one verb as a step whose progress is told."""
    cli.work.logs.mkdir(parents=True, exist_ok=True)
    log, events = cli.work.logs / f"{arguments[0]}.log", cli.work.logs / f"{arguments[0]}.events"
    events.unlink(missing_ok=True)
    with step(title, log):
        options = ["--event-log", str(events), "--color", "never", "--suppress-progress"]
        result = cli.run([*arguments, *options], log=log)
    return Told(status=result.status, run=read_events(events), log=log)
