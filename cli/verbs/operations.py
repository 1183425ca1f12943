"""Verbs of operations: reach the stack, do it, tell what happened and what comes next."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

import click

from blueprint.outputs import StackOutputs, hexadecimal
from cli.blinded import Backend, blinded_engine
from cli.stacks import reach
from operations.checkout import Checkout
from operations.drift import drift_of
from operations.engine import ROOT, is_deployed, say, updates
from operations.errors import OperationError
from operations.history import commit_of
from operations.pins import Pins
from operations.promote import Promotion
from operations.questions import agreed
from operations.repair import forget_edited_code
from operations.reviewing import review_pull_request
from operations.rollback import Move, go_back, go_forward, plan_moves, plan_return
from operations.routes import Route, routes_for
from operations.smoke import ask_all
from operations.stack_access import STACKS
from packager.store.bucket import ArtifactBucket
from packager.store.output import Output, output_folder

DRIFTED = 2
"""Exit status of `drift` when something drifted; 1 stays for failures."""

ON_STACK = click.option(
    "--stack", type=click.Choice(STACKS), default="local", show_default=True, help="which stack"
)
ONE_FUNCTION = click.option("--function", default="", help="only this function; without it, all")
REHEARSE = click.option(
    "--rehearse", is_flag=True, envvar="REHEARSE", help="on MiniStack instead of AWS"
)


@click.command
@ON_STACK
@REHEARSE
def deploy(stack: str, rehearse: bool) -> int:
    """Bring a stack to what the checkout says, code that was edited by hand included."""
    access = reach(stack, rehearse=rehearse)
    forget_edited_code(access.engine, access.live)
    access.engine.run("up", "--yes", "--skip-preview", "--refresh")
    say(f"deployed. Next: make smoke STACK={stack}")
    return 0


@click.command
@ON_STACK
@REHEARSE
def settled(stack: str, rehearse: bool) -> int:
    """Succeed only when a preview expects no change."""
    reach(stack, rehearse=rehearse).engine.run("preview", "--expect-no-changes")
    say(f"{stack} is what this checkout says: nothing to change")
    return 0


@click.command
@ON_STACK
@REHEARSE
def smoke(stack: str, rehearse: bool) -> int:
    """Ask every function whether it lives."""
    access = reach(stack, rehearse=rehearse)
    answers = ask_all(access.engine.outputs().functions, access.live)
    for answer in answers:
        print(f"{'alive' if answer.is_healthy else 'DEAD '}  {answer.name}  {answer.said}")
    dead = [answer.name for answer in answers if not answer.is_healthy]
    if dead:
        raise OperationError(
            f"{len(dead)} of {len(answers)} functions did not answer as expected: "
            f"{', '.join(dead)}. Read their logs, or go back: make rollback STACK={stack}"
        )
    return 0


@click.command
@ON_STACK
@REHEARSE
def drift(stack: str, rehearse: bool) -> int:
    """Name everything that is not as it was deployed."""
    access = reach(stack, rehearse=rehearse)
    if not is_deployed(access.engine):
        say(f"{stack}: nothing is deployed yet, so that nothing can have drifted")
        return 0
    refreshed = access.engine.plan("refresh", "--preview-only")
    if refreshed.errors:
        raise OperationError("the stack could not be looked at: " + "\n".join(refreshed.errors))
    held = Pins(access.engine).versions()
    found = drift_of(access.engine.outputs(), access.live, refreshed, held)
    for one in found:
        print(one)
    if not found:
        say(f"{stack}: everything is as it was deployed")
        return 0
    say(f"{len(found)} drifted. `make deploy-{stack}` restores them.")
    return DRIFTED


@click.command
@ON_STACK
@ONE_FUNCTION
@REHEARSE
def history(stack: str, function: str, rehearse: bool) -> int:
    """List the published versions of every function, or of one."""
    access = reach(stack, rehearse=rehearse)
    functions = access.engine.outputs().functions
    names = [function] if function else list(functions)
    known = updates(access.engine)
    live = access.live
    row = "{:<22} {:>7} {:4} {:<19}  {:<12} {:<12} {}".format
    print(row("function", "version", "", "published", "key", "digest", "commit"))
    for name in names:
        if name not in functions:
            raise OperationError(f"expected one of {', '.join(functions)}, found FUNCTION={name}")
        deployed = functions[name]
        current = live.alias_version(deployed.name, deployed.alias)
        for version in live.versions(deployed.name):
            mark = "live" if version.number == current else ""
            published = f"{version.published_at:%Y-%m-%d %H:%M:%S}"
            digest, commit = hexadecimal(version.code_sha256), commit_of(version, known)
            print(row(name, version.number, mark, published, version.key[:12], digest[:12], commit))
    return 0


@click.command
@ON_STACK
@ONE_FUNCTION
@click.option("--to", default=None, help="version to go back to; without it, the one before")
@REHEARSE
def rollback(stack: str, function: str, to: str | None, rehearse: bool) -> int:
    """Move aliases to an earlier version and keep them there."""
    access = reach(stack, rehearse=rehearse)
    outputs = access.engine.outputs()
    moves = plan_moves(outputs, access.live, functions=_named(function, outputs), to=to)
    _say_moves(moves)
    go_back(access.engine, access.live, moves)
    only = f" FUNCTION={function}" if function else ""
    say(
        f"Pulumi.{stack}.yaml holds these versions: commit it, and `up` keeps them. "
        f"Forward again: make forward STACK={stack}{only}"
    )
    return 0


@click.command
@ON_STACK
@ONE_FUNCTION
@REHEARSE
def forward(stack: str, function: str, rehearse: bool) -> int:
    """Let aliases follow the newest version again."""
    access = reach(stack, rehearse=rehearse)
    outputs = access.engine.outputs()
    moves = plan_return(outputs, access.live, functions=_named(function, outputs))
    _say_moves(moves)
    go_forward(access.engine, access.live, moves)
    say(f"aliases follow the newest version again; commit Pulumi.{stack}.yaml")
    return 0


@click.command
@REHEARSE
def promote(rehearse: bool) -> int:
    """Bring dev's bytes to prod."""
    source = reach("dev", rehearse=rehearse)
    target = reach("prod", rehearse=rehearse)
    promotion = Promotion(
        checkout=_checkout(),
        source="dev",
        source_engine=source.engine,
        source_bucket=lambda name: ArtifactBucket(name, source.s3),
        target_engine=target.engine,
    )
    return 0 if promotion.run(lambda: agreed("Promote this to prod?")) else 1


@click.command
@ON_STACK
@REHEARSE
def review(stack: str, rehearse: bool) -> int:
    """Preview a stack and keep the pull request's one comment."""
    access = reach(stack, rehearse=rehearse)
    on_aws = access.endpoint_url is None
    backend = Backend(url=os.environ.get("PULUMI_BACKEND_URL", ""), s3=access.s3)
    with tempfile.TemporaryDirectory() as folder:
        engine = blinded_engine(stack, backend, ROOT, Path(folder)) if on_aws else access.engine
        return review_pull_request(
            stack,
            engine,
            _checkout,
            lambda name: ArtifactBucket(name, access.s3),
            os.environ,
        )


@click.command
@click.option("--base", default="origin/main", show_default=True, help="count changes from it")
def routes(base: str) -> int:
    """Print which pipelines the changes since a commit call for, as a workflow's outputs."""
    command = ["git", "diff", "--name-only", f"{base}...HEAD"]
    finished = subprocess.run(command, cwd=ROOT, check=False, text=True, capture_output=True)
    if finished.returncode != 0:
        raise OperationError(f"`{' '.join(command)}` failed: {finished.stderr.strip()}")
    chosen = routes_for(finished.stdout.splitlines())
    for route in Route:
        print(f"{route}={json.dumps(route in chosen)}")
    return 0


@click.command
@click.option("--main", default="origin/main", show_default=True, help="the branch that ships")
def from_main(main: str) -> int:
    """Succeed only when what is checked out is on the branch that ships."""
    command = ["git", "merge-base", "--is-ancestor", "HEAD", main]
    finished = subprocess.run(command, cwd=ROOT, check=False, text=True, capture_output=True)
    if finished.returncode == 1:
        raise OperationError(
            f"expected a commit of {main}, found one that is not on it: prod gets only what was "
            "merged. Tag a commit of the branch."
        )
    if finished.returncode:
        raise OperationError(f"`{' '.join(command)}` failed: {finished.stderr.strip()}")
    say(f"this commit is on {main}")
    return 0


def _named(function: str, outputs: StackOutputs) -> list[str]:
    return [function] if function else list(outputs.functions)


def _say_moves(moves: Iterable[Move]) -> None:
    for move in moves:
        say(f"{move.name}: version {move.current} -> {move.target}")


def _checkout() -> Checkout:
    # A catalogue that cannot be imported must stop the operations that need it, and no others.
    from catalogue.system import SYSTEM

    return Checkout(root=ROOT, system=SYSTEM, output=Output(output_folder(ROOT)))
