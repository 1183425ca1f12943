"""Verbs of operations: reach the stack, do it, tell what happened and what comes next."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click

from blueprint.outputs import hexadecimal
from cli.blinded import Backend, blinded_engine
from cli.screen import show
from cli.stacks import reach
from cli.verbs.options import ON_STACK, ONE_FUNCTION, REHEARSE
from local.workfolder import WorkFolder
from operations.checkout import this_checkout
from operations.drift import drift_of
from operations.engine import ROOT, say, updates
from operations.errors import NeverDeployedError, OperationError
from operations.history import commit_of, layers_text
from operations.last_look import Look
from operations.names import logical_name
from operations.outputs import layer_arns
from operations.reviewing import review_pull_request
from operations.routes import Route, routes_for
from operations.running import Running
from operations.serving import describer
from operations.smoke import ask_all, told
from operations.stack_access import StackAccess
from packager.store.bucket import ArtifactBucket

VERSION_COLUMN = 23
"""Where a version's second column begins in the history."""

DRIFTED = 3
"""Exit status of `drift` when something drifted; 1 stays for failures, 2 for misuse."""


@click.command
@ON_STACK
@REHEARSE
def settled(stack: str, rehearse: bool) -> int:
    """Succeed only when a preview expects no change."""
    access = reach(stack, rehearse=rehearse)
    access.engine.run("preview", "--expect-no-changes")
    running = access.running()
    if running.behind and not running.hold:
        behind = ", ".join(f"{name} (newest {it})" for name, it in running.behind.items())
        raise OperationError(
            f"nothing to change, and yet aliases serve older versions than were published: "
            f"{behind}. An alias was moved by hand: make drift STACK={stack}."
        )
    say(f"{stack} is what this checkout says: nothing to change")
    _say_hold(running)
    return 0


@click.command
@ON_STACK
@REHEARSE
def smoke(stack: str, rehearse: bool) -> int:
    """Ask every function whether it lives."""
    access = reach(stack, rehearse=rehearse)
    running = access.running()
    verdicts = ask_all(running, access.live)
    for verdict in verdicts:
        print(told(verdict, running))
    _say_hold(running)
    dead = [it.candidate.name for it in verdicts if not it.is_proven]
    if dead:
        raise OperationError(
            f"{len(dead)} of {len(verdicts)} functions did not answer as expected: "
            f"{', '.join(dead)}. Read their logs, or go back: make rollback STACK={stack}"
        )
    return 0


@click.command
@ON_STACK
@REHEARSE
def drift(stack: str, rehearse: bool) -> int:
    """Name everything that is not as it was deployed."""
    access = reach(stack, rehearse=rehearse)
    try:
        running = access.running()
    except NeverDeployedError:
        say(f"{stack}: nothing is deployed yet, so that nothing can have drifted")
        return 0
    refreshed = access.engine.plan("refresh", "--preview-only")
    if refreshed.errors:
        raise OperationError("the stack could not be looked at: " + "\n".join(refreshed.errors))
    found = drift_of(running, access.live, refreshed)
    for one in found:
        print(one)
    _note_look(access, running, tuple(map(str, found)))
    _say_hold(running)
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
    running = access.running()
    functions = running.outputs.functions
    function = logical_name(running.outputs, function) if function else ""
    known = updates(access.engine)
    described = describer(access.live, layer_arns(running.outputs))
    row = "{:<22} {:>7} {:4} {:<19}  {:<12} {:<12} {:<21} {}".format
    titles = row("function", "version", "", "published", "key", "digest", "commit", "layers")
    show(titles, VERSION_COLUMN)
    for name in [function] if function else functions:
        deployed = functions[name].name
        served = running.serving.get(name)
        for version in access.live.versions(deployed):
            digest = hexadecimal(version.code_sha256)[:12]
            layers = layers_text(described(deployed, version))
            mark = "live" if served and version.number == served.version else ""
            published = f"{version.published_at:%Y-%m-%d %H:%M:%S}"
            commit, key = commit_of(version, known), version.key[:12]
            text = row(name, version.number, mark, published, key, digest, commit, layers)
            show(text, VERSION_COLUMN)
    _say_hold(running)
    return 0


@click.command
@ON_STACK
@REHEARSE
@click.pass_obj
def review(work: WorkFolder, stack: str, rehearse: bool) -> int:
    """Preview a stack and keep the pull request's one comment."""
    access = reach(stack, rehearse=rehearse)
    on_aws = access.endpoint_url is None
    backend = Backend(url=os.environ.get("PULUMI_BACKEND_URL", ""), s3=access.s3)
    with tempfile.TemporaryDirectory() as folder:
        engine = access.engine
        if on_aws:
            blinded = blinded_engine(stack, backend, ROOT, Path(folder))
            engine = replace(blinded, variables={**engine.variables, **blinded.variables})
        return review_pull_request(
            stack,
            engine,
            this_checkout,
            lambda name: ArtifactBucket(name, access.s3),
            os.environ,
            work.logs / "review.md",
        )


@click.command
@click.option("--base", default="origin/main", show_default=True, help="count changes from it")
def routes(base: str) -> int:
    """Print which pipelines the changes since a commit call for, as a workflow's outputs."""
    command = ["git", "diff", "--name-only", "--end-of-options", f"{base}...HEAD"]
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
    command = ["git", "merge-base", "--is-ancestor", "--end-of-options", "HEAD", main]
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


def _note_look(access: StackAccess, running: Running, drifted: tuple[str, ...]) -> None:
    look = Look(
        looked_at=datetime.now(UTC),
        release=running.releases[-1].number if running.releases else None,
        drifted=drifted,
    )
    why = access.last_look(running.outputs).write(look)
    if why is not None:
        say(f"`make status` will not know of this look, for it could not be noted: {why}")


def _say_hold(running: Running) -> None:
    if running.held:
        say(running.held)
