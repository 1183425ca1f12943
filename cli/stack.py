"""Brings the local stack up and down, and tells what it is made of."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from blueprint.outputs import StackOutputs
from cli.changes import (
    BUILDS,
    CODE,
    planned_code,
    resource_changes,
    summary,
    version_changes,
)
from cli.days import trade_first_day
from cli.engine.arguments import DEFAULT_STACK
from cli.engine.cli import Cli
from cli.engine.events import EngineRun
from cli.engine.quiet import Told, run_quietly
from cli.outputs import recorded_outputs
from cli.recovery import forget_stacks, mend_local, stacks_here
from cli.tables import print_tables
from local.locks import held
from local.market.service import ensure_market, stop_market
from local.ministack.server import is_healthy, running_server, stop_server
from local.problems import LocalProblem, disk_full
from local.progress import SHOWN_LINES, say, tail
from local.workfolder import WorkFolder
from operations.recovery.deployment import Deployment
from operations.recovery.standing import how_to_adopt, tells_of_standing
from packager.store.output import output_folder

FULL_BELOW_MB = 20

MOST_PREVIEWED = 38

MOST_LINES = 14
"""Of what changed; a line more tells how much and how long."""


def bring_up(work: WorkFolder, *, and_trade: bool = False) -> int:
    """Make the local stack what the checkout says and tell what changed; trade the first day."""
    started = time.monotonic()
    with held(work, "run of the stack"):
        cli = Cli.of(work)
        mend_local(cli, DEFAULT_STACK)
        before = recorded_outputs(work, DEFAULT_STACK)
        run = _change(cli, "deploying the local stack", ["up"])
    ensure_market(work)
    after = recorded_outputs(work, DEFAULT_STACK)
    if before is None and after is not None:
        print_tables(after)
    elif before is not None and after is not None:
        _tell(before, after, run, output_folder(work.root))
    print(summary(run, time.monotonic() - started), flush=True)
    if not and_trade or cli.endpoint is None or after is None:
        return 0
    return trade_first_day(work, cli.endpoint, after)


def _tell(before: StackOutputs, after: StackOutputs, run: EngineRun, builds: Path) -> None:
    lines = list(version_changes(before, after, builds))
    others = [step for step in run.steps if step.token not in CODE | BUILDS]
    for line in [*lines, *resource_changes(others, MOST_LINES - len(lines))]:
        print(line)


def bring_down(work: WorkFolder) -> int:
    """End the local stack with the emulator that holds it, and say what else ends with it."""
    with held(work, "run of the stack"):
        if stop_market(work):
            say("the simulated market stopped")
        if os.environ.get("EMULATOR_ENDPOINT"):
            # Others may use that emulator: only what is this checkout's goes.
            return _destroy(Cli.of(work))
        if running_server(work) is None:
            say("MiniStack does not run: there is nothing to end")
            return 0
        cli = Cli.of(work)
        ending = stacks_here(cli)
        if rehearsed := sorted(ending.keys() - {DEFAULT_STACK}):
            say(f"what was rehearsed here ends too: {', '.join(rehearsed)}")
        stop_server(work)
        forget_stacks(replace(cli, endpoint=None), ending)
        say(f"MiniStack stopped, and with it {_counted(ending)}")
    return 0


def _destroy(cli: Cli) -> int:
    mend_local(cli, DEFAULT_STACK)
    run = _change(cli, "destroying the local stack", ["destroy"])
    say(f"destroyed {run.counts.get('delete', 0)} resources")
    return 0


def _counted(ending: Mapping[str, Deployment]) -> str:
    counts = [
        f"{sum(map(_is_counted, record.resources))} resources of stack {stack}"
        for stack, record in ending.items()
    ]
    return " and ".join(counts) or "nothing"


def _is_counted(resource: Mapping[str, Any]) -> bool:
    """Tell whether the engine counts a resource, all but its default providers."""
    return "::pulumi:providers:" not in resource["urn"] or "::default" not in resource["urn"]


def preview_stack(work: WorkFolder, *, whole: bool, arguments: Sequence[str] = ()) -> int:
    """Show what `make local` would change: by name, or as the engine shows it whole."""
    cli = Cli.of(work)
    mend_local(cli, DEFAULT_STACK)
    asked = ["preview", "--stack", DEFAULT_STACK, *arguments]
    if whole or arguments:
        return cli.run([*asked, "--diff"] if whole else asked).status
    started = time.monotonic()
    told = run_quietly(cli, "previewing the local stack", asked)
    if told.status:
        raise explain_failure(work, cli.endpoint, told)
    before = recorded_outputs(work, DEFAULT_STACK)
    code = list(planned_code(told.run.steps, before, output_folder(work.root)))
    for line in [*code, *resource_changes(told.run.steps, MOST_PREVIEWED - len(code))]:
        print(line)
    print(f"expected: {summary(told.run, time.monotonic() - started)}")
    return 0


def _change(cli: Cli, title: str, verb: Sequence[str]) -> EngineRun:
    told = run_quietly(cli, title, [*verb, "--stack", DEFAULT_STACK, "--yes", "--skip-preview"])
    if told.status:
        raise explain_failure(cli.work, cli.endpoint, told)
    return told.run


def explain_failure(work: WorkFolder, endpoint: str | None, told: Told) -> LocalProblem:
    """Tell why a change of the stack ended early, as far as that is not the engine's to say."""
    again = "Run the same command again: it goes on from here."
    if endpoint is not None and not is_healthy(endpoint):
        return LocalProblem(
            f"MiniStack stopped answering while the stack was being changed "
            f"(log: {work.ministack / 'ministack.log'}).",
            f"{again} It starts an empty MiniStack and makes the stack anew.",
        )
    if shutil.disk_usage(work.home).free < FULL_BELOW_MB * 1_000_000:
        return disk_full(work.home)
    said = "\n".join(told.run.errors) or "\n".join(tail(told.log, SHOWN_LINES))
    return LocalProblem(
        f"The engine ended with status {told.status} (log: {told.log}):\n{said}",
        how_to_adopt(DEFAULT_STACK) if tells_of_standing(said) else f"Mend what it names. {again}",
    )
