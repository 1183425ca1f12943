"""Each operation by its name: reach the stack, do it, tell what happened and what comes next."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence

from operations.checkout import Checkout
from operations.drift import drift_of
from operations.engine import ROOT, say, updates
from operations.errors import OperationError
from operations.history import commit_of
from operations.outputs import StackOutputs
from operations.pins import Pins
from operations.promote import Promotion
from operations.questions import agreed
from operations.repair import forget_edited_code
from operations.reviewing import review_pull_request
from operations.rollback import Move, go_back, go_forward, plan_moves, plan_return
from operations.routes import Route, routes_for
from operations.smoke import ask_all
from operations.stack_access import StackAccess, is_rehearsal
from packager.store.bucket import ArtifactBucket
from packager.store.output import Output, output_folder
from packager.store.promotion import hexadecimal

DRIFTED = 2
"""Exit status of `drift` when something drifted; 1 stays for failures."""


def deploy(options: argparse.Namespace) -> int:
    """Bring a stack to what the checkout says, code that was edited by hand included."""
    stack = _stack(options)
    forget_edited_code(stack.engine, stack.live)
    stack.engine.run("up", "--yes", "--skip-preview", "--refresh")
    say(f"deployed. Next: make smoke STACK={options.stack}")
    return 0


def settled(options: argparse.Namespace) -> int:
    """Succeed only when a preview expects no change."""
    _stack(options).engine.run("preview", "--expect-no-changes")
    say(f"{options.stack} is what this checkout says: nothing to change")
    return 0


def smoke(options: argparse.Namespace) -> int:
    """Ask every function whether it lives."""
    stack = _stack(options)
    answers = ask_all(stack.engine.outputs().functions, stack.live)
    for answer in answers:
        print(f"{'alive' if answer.is_healthy else 'DEAD '}  {answer.name}  {answer.said}")
    dead = [answer.name for answer in answers if not answer.is_healthy]
    if dead:
        raise OperationError(
            f"{len(dead)} of {len(answers)} functions did not answer as expected: "
            f"{', '.join(dead)}. Read their logs, or go back: make rollback STACK={options.stack}"
        )
    return 0


def drift(options: argparse.Namespace) -> int:
    """Name everything that is not as it was deployed."""
    stack = _stack(options)
    refreshed = stack.engine.plan("refresh", "--preview-only")
    if refreshed.errors:
        raise OperationError("the stack could not be looked at: " + "\n".join(refreshed.errors))
    held = Pins(stack.engine).versions()
    found = drift_of(stack.engine.outputs(), stack.live, refreshed, held)
    for one in found:
        print(one)
    if not found:
        say(f"{options.stack}: everything is as it was deployed")
        return 0
    say(f"{len(found)} drifted. `make deploy-{options.stack}` restores them.")
    return DRIFTED


def history(options: argparse.Namespace) -> int:
    """List the published versions of every function, or of one."""
    stack = _stack(options)
    functions = stack.engine.outputs().functions
    names = [options.function] if options.function else list(functions)
    known = updates(stack.engine)
    live = stack.live
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


def rollback(options: argparse.Namespace) -> int:
    """Move aliases to an earlier version and keep them there."""
    stack = _stack(options)
    outputs = stack.engine.outputs()
    moves = plan_moves(outputs, stack.live, functions=_named(options, outputs), to=options.to)
    _say_moves(moves)
    go_back(stack.engine, stack.live, moves)
    only = f" FUNCTION={options.function}" if options.function else ""
    say(
        f"Pulumi.{options.stack}.yaml holds these versions: commit it, and `up` keeps them. "
        f"Forward again: make forward STACK={options.stack}{only}"
    )
    return 0


def forward(options: argparse.Namespace) -> int:
    """Let aliases follow the newest version again."""
    stack = _stack(options)
    outputs = stack.engine.outputs()
    moves = plan_return(outputs, stack.live, functions=_named(options, outputs))
    _say_moves(moves)
    go_forward(stack.engine, stack.live, moves)
    say(f"aliases follow the newest version again; commit Pulumi.{options.stack}.yaml")
    return 0


def promote(options: argparse.Namespace) -> int:
    """Bring dev's bytes to prod."""
    rehearse = is_rehearsal()
    source = StackAccess.of("dev", rehearse=rehearse)
    target = StackAccess.of("prod", rehearse=rehearse)
    promotion = Promotion(
        checkout=_checkout(),
        source="dev",
        source_engine=source.engine,
        source_bucket=lambda name: ArtifactBucket(name, source.s3),
        target_engine=target.engine,
    )
    return 0 if promotion.run(lambda: agreed("Promote this to prod?")) else 1


def review(options: argparse.Namespace) -> int:
    """Preview a stack and keep the pull request's one comment."""
    stack = _stack(options)
    return review_pull_request(
        options.stack,
        stack.engine,
        _checkout,
        lambda name: ArtifactBucket(name, stack.s3),
        os.environ,
    )


def routes(options: argparse.Namespace) -> int:
    """Print which pipelines the changes since a commit call for, as a workflow's outputs."""
    command = ["git", "diff", "--name-only", f"{options.base}...HEAD"]
    finished = subprocess.run(command, cwd=ROOT, check=False, text=True, capture_output=True)
    if finished.returncode != 0:
        raise OperationError(f"`{' '.join(command)}` failed: {finished.stderr.strip()}")
    chosen = routes_for(finished.stdout.splitlines())
    for route in Route:
        print(f"{route}={json.dumps(route in chosen)}")
    return 0


Command = Callable[[argparse.Namespace], int]

COMMANDS: Mapping[str, Command] = {
    "deploy": deploy,
    "drift": drift,
    "forward": forward,
    "history": history,
    "promote": promote,
    "review": review,
    "rollback": rollback,
    "routes": routes,
    "settled": settled,
    "smoke": smoke,
}


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m operations", description=__doc__)
    parser.add_argument("command", choices=sorted(COMMANDS))
    parser.add_argument("--stack", default="dev")
    parser.add_argument("--function", default="", help="only this function")
    parser.add_argument("--to", default=None, help="version to go back to")
    parser.add_argument(
        "--base", default="origin/main", help="commit that changes are counted from"
    )
    options = parser.parse_args(arguments)
    options.to = options.to or None
    return options


def _named(options: argparse.Namespace, outputs: StackOutputs) -> list[str]:
    return [options.function] if options.function else list(outputs.functions)


def _say_moves(moves: Iterable[Move]) -> None:
    for move in moves:
        say(f"{move.name}: version {move.current} -> {move.target}")


def _stack(options: argparse.Namespace) -> StackAccess:
    return StackAccess.of(options.stack, rehearse=is_rehearsal())


def _checkout() -> Checkout:
    # A catalogue that cannot be imported must stop the operations that need it, and no others.
    from catalogue.system import SYSTEM

    return Checkout(root=ROOT, system=SYSTEM, output=Output(output_folder(ROOT)))
