"""Brings the local stack up and down, and tells what it is made of."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from pathlib import Path

from blueprint.outputs import StackOutputs
from cli.changes import BUILDS, CODE, resource_changes, summary, version_changes
from cli.days import trade_first_day
from cli.engine.arguments import DEFAULT_STACK
from cli.engine.cli import Cli
from cli.engine.events import EngineRun
from cli.engine.quiet import Told, run_quietly
from cli.outputs import recorded_outputs
from cli.recovery import mend_local
from cli.tables import print_tables
from local.locks import held
from local.market.service import ensure_market, stop_market
from local.ministack.server import is_healthy, running_server, stop_server
from local.problems import LocalProblem, disk_full
from local.progress import SHOWN_LINES, say, step, tail
from local.workfolder import WorkFolder
from packager.store.output import output_folder

FULL_BELOW_MB = 20

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
    """Destroy the local stack and stop what was started for it."""
    with held(work, "run of the stack"):
        if stop_market(work):
            say("the simulated market stopped")
        if running_server(work) is None:
            say("MiniStack does not run: there is nothing to destroy")
            return 0
        cli = Cli.of(work)
        mend_local(cli, DEFAULT_STACK)
        _change(cli, "destroying the local stack", ["destroy"])
        if stop_server(work):
            say("MiniStack stopped")
    return 0


def remove_work_folder(work: WorkFolder) -> int:
    """Stop what was started and remove the work folder."""
    stop_market(work)
    stop_server(work)
    stop_market(work)
    if work.home in (work.root, *work.root.parents):
        raise LocalProblem(
            f"ALCHEMISER_HOME={work.home} holds the checkout itself and is not removed.",
            "Remove what it holds by hand.",
        )
    with step(f"removing {work.home}"):
        _make_writable(work)
        shutil.rmtree(work.home, ignore_errors=False)
    return 0


def preview_stack(work: WorkFolder, arguments: Sequence[str]) -> int:
    """Show what `make local` would change."""
    cli = Cli.of(work)
    mend_local(cli, DEFAULT_STACK)
    return cli.run(["preview", "--stack", DEFAULT_STACK, "--diff", *arguments]).status


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
        f"Mend what it names. {again}",
    )


def _make_writable(work: WorkFolder) -> None:
    # Go keeps what it downloads read-only, and a folder so kept cannot be emptied.
    for folder in work.home.rglob("*"):
        if folder.is_dir() and not folder.is_symlink():
            folder.chmod(folder.stat().st_mode | 0o700)
