"""Brings the local stack up and down, and tells what it is made of."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence

from cli.days import trade_after_update
from cli.engine.arguments import DEFAULT_STACK
from cli.engine.cli import Cli
from cli.history import last_changes
from cli.outputs import stack_outputs
from cli.recovery import mend_local
from cli.tables import print_tables
from local.locks import held
from local.market.service import ensure_market, stop_market
from local.ministack.server import is_healthy, running_server, stop_server
from local.problems import LocalProblem, disk_full
from local.progress import say, step
from local.workfolder import WorkFolder

FULL_BELOW_MB = 20


def bring_up(work: WorkFolder, *, and_trade: bool = False) -> int:
    """Make the local stack what the checkout says, and show it; if asked to, trade a day on it."""
    started = time.monotonic()
    with held(work, "run of the stack"):
        cli = Cli.of(work)
        mend_local(cli, DEFAULT_STACK)
        _change(cli, ["up", "--stack", DEFAULT_STACK, "--yes", "--skip-preview"])
        changes = last_changes(work, DEFAULT_STACK)
    ensure_market(work)
    outputs = stack_outputs(cli, DEFAULT_STACK)
    print_tables(outputs)
    count = sum(changes.values())
    changed = {kind: number for kind, number in changes.items() if kind != "same" and number}
    told = ", ".join(f"{number} {kind}d" for kind, number in changed.items())
    summary = told or "nothing changed"
    print(f"{summary} ({count} resources, {time.monotonic() - started:.0f} s)", flush=True)
    if not and_trade or cli.endpoint is None:
        return 0
    return trade_after_update(work, cli.endpoint, outputs, has_changed=bool(told))


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
        _change(cli, ["destroy", "--stack", DEFAULT_STACK, "--yes", "--skip-preview"])
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


def _change(cli: Cli, command: Sequence[str]) -> None:
    status = cli.run([*command, "--suppress-outputs"]).status
    if not status:
        return
    raise explain_failure(cli.work, cli.endpoint, status)


def explain_failure(work: WorkFolder, endpoint: str | None, status: int) -> LocalProblem:
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
    return LocalProblem(f"The engine ended with status {status}.", f"Mend what it names. {again}")


def _make_writable(work: WorkFolder) -> None:
    # Go keeps what it downloads read-only, and a folder so kept cannot be emptied.
    for folder in work.home.rglob("*"):
        if folder.is_dir() and not folder.is_symlink():
            folder.chmod(folder.stat().st_mode | 0o700)
