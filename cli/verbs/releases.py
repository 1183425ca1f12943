"""Verbs on releases: make one live, list, go back, go forward, watch, bring dev's to prod."""

from __future__ import annotations

import click

from cli.screen import show
from cli.stacks import reach
from cli.verbs.options import ON_STACK, ONE_FUNCTION, REHEARSE, WATCH
from operations.checkout import this_checkout
from operations.engine import say
from operations.errors import NeverDeployedError, OperationError
from operations.hold import require_same_hold
from operations.logs import seconds_in
from operations.pausing import paused_text
from operations.promote import AGREEMENTS, Promotion, Side
from operations.proof import Candidate, Prover, require_proven
from operations.pruning import remove, superfluous
from operations.questions import agreed
from operations.release import Release
from operations.release_list import mixture, release_rows
from operations.repair import forget_edited_code
from operations.rollback import Move, Plan, is_cut_off, plan_forward, plan_rollback
from operations.running import Running
from operations.stack_access import StackAccess
from operations.watching import Watch
from packager.store.bucket import ArtifactBucket

RELEASE_COLUMN = 13
"""Where a release's second column begins."""


@click.command
@ON_STACK
@WATCH
@REHEARSE
def deploy(stack: str, watch: str, rehearse: bool) -> int:
    """Bring a stack to what the checkout says, code that was edited by hand included."""
    access = reach(stack, rehearse=rehearse)
    before = settle_hold(access)
    if before is not None:
        forget_edited_code(access.engine, access.live, before.outputs, before.state)
    access.engine.run("up", "--yes", "--skip-preview", "--refresh")
    running = access.running(before)
    release = running.live or running.last
    say(f"deployed: release {release.number} is live. Next: make smoke STACK={stack}")
    if running.held:
        say(running.held)
    if running.paused:
        say(paused_text(stack))
    return followed(access, watch, before)


@click.command
@ON_STACK
@REHEARSE
def releases(stack: str, rehearse: bool) -> int:
    """List what went live, what each release changed, and which is live."""
    running = reach(stack, rehearse=rehearse).running()
    for row in release_rows(running):
        show(row, RELEASE_COLUMN)
    if running.live is None and running.releases:
        say(mixture(running))
    if running.held:
        say(running.held)
    return 0


@click.command
@ON_STACK
@ONE_FUNCTION
@click.option("--to", type=int, default=None, help="release to go back to; without, the one before")
@REHEARSE
def rollback(stack: str, function: str, to: int | None, rehearse: bool) -> int:
    """Restore an earlier release as a set, or one function of it, and hold it there."""
    access = reach(stack, rehearse=rehearse)
    running = access.running()
    plan = plan_rollback(running, access.live, to=to, function=function)
    what = f"{function} of {stack}" if function else stack
    _say_plan(f"{what} goes back to release {plan.restores}", plan)
    if not _is_agreed(stack):
        return 1
    release = access.mover(running.outputs).carry_out(running, plan, hold=True)
    is_whole = release.restores is not None
    done = f"restores release {release.restores}" if is_whole else "is live, and is a new mixture"
    say(f"release {release.number} {done}: {_outcome(plan)}")
    say(
        f"Pulumi.{stack}.yaml holds these versions: commit it. Next: make smoke STACK={stack}; "
        f"forward again: make forward STACK={stack}"
    )
    return 0


@click.command
@ON_STACK
@ONE_FUNCTION
@REHEARSE
def forward(stack: str, function: str, rehearse: bool) -> int:
    """Prove what is newest, let aliases follow it again, and let go of the hold."""
    access = reach(stack, rehearse=rehearse)
    running = access.running()
    plan = plan_forward(running, function=function)
    if not plan.moves and running.is_settled:
        say(f"{stack} is not held and serves what is newest: nothing had to move")
        return 0
    left = set(running.behind) - {move.name for move in plan.moves}
    _say_plan(f"{stack} goes forward to what is newest", plan)
    if not _is_agreed(stack):
        return 1
    prover = Prover(live=access.live)
    require_proven(prover.verdicts(_candidate(running, move) for move in plan.moves))
    held = bool(left) and running.hold is not None
    release = access.mover(running.outputs).carry_out(running, plan, hold=held)
    say(f"release {release.number} is live: {_outcome(plan)}")
    if held:
        say(f"still held: {', '.join(sorted(left))}")
    else:
        say(f"aliases follow the newest version again; commit Pulumi.{stack}.yaml")
    return 0


@click.command
@click.option(
    "--agree", default="", help=f"by name, what may be passed over: {', '.join(AGREEMENTS)}"
)
@WATCH
@REHEARSE
def promote(agree: str, watch: str, rehearse: bool) -> int:
    """Bring to prod what dev's aliases serve."""
    source, target = reach("dev", rehearse=rehearse), reach("prod", rehearse=rehearse)
    promotion = Promotion(
        checkout=this_checkout(),
        source=Side(engine=source.engine, live=source.live, look=source.running),
        source_bucket=lambda name: ArtifactBucket(name, source.s3),
        target=Side(engine=target.engine, live=target.live, look=target.running),
        target_mover=lambda runs: target.mover(runs.outputs),
        agreements=frozenset(agree.replace(",", " ").split()),
    )
    before = _looked(target)
    if not promotion.run(lambda: agreed("Promote this to prod?")):
        return 1
    return followed(target, watch, before)


def _looked(access: StackAccess) -> Running | None:
    try:
        return access.running()
    except NeverDeployedError:
        return None


def followed(access: StackAccess, span: str, before: Running | None) -> int:
    """Watch what this run let go live, if it was asked to and there is something new."""
    if not span:
        return 0
    known = before.releases[-1].number if before and before.releases else None
    running = access.running(before)
    if running.last.number == known:
        say("nothing new went live, so there is nothing to watch")
        return 0
    return watched(access, span, fresh=running.last)


@click.command
@ON_STACK
@click.option(
    "--keep",
    type=click.IntRange(min=2),
    default=20,
    show_default=True,
    help="how many of the last releases can be gone back to afterwards",
)
@REHEARSE
def prune(stack: str, keep: int, rehearse: bool) -> int:
    """Delete versions of functions and layers that only older releases have."""
    access = reach(stack, rehearse=rehearse)
    running = access.running()
    found = superfluous(running, access.live, keep=keep)
    for it in found:
        say(f"  {it}")
    if not found:
        say(f"{stack} keeps nothing beside its last {keep} releases")
        return 0
    if not agreed(f"Delete these {len(found)} versions of {stack}?"):
        say("nothing was deleted")
        return 1
    for it in found:
        remove(it, access.live)
    say(f"{len(found)} versions deleted; older releases than the last {keep} cannot be restored")
    return 0


def watched(access: StackAccess, span: str, fresh: Release | None = None) -> int:
    """Follow the alarms of what is live for a while; take it back where it sets one off.

    What is `fresh` went live just now, and an alarm that fired since then is its doing.
    """
    watch_s, outputs = seconds_in(span), access.engine.outputs()
    release = fresh or access.running().last
    watching = Watch(
        outputs=outputs,
        cloudwatch=access.client("cloudwatch"),
        released_at=release.made_at,
        is_fresh=fresh is not None,
        on_aws=access.endpoint_url is None,
    )
    fired = watching.until_one_fires(watch_s, say)
    if fired is None:
        say(f"nothing fired within {span}: {access.engine.stack} stays as it is")
        return 0
    say(f"alarm {fired.name} fired: {fired.why}")
    running = access.running()
    if running.hold:
        raise OperationError(
            f"{fired.name} fired, and nothing was taken back: {running.held} What to do: "
            f"docs/runbook.md#{fired.name}."
        )
    plan = plan_rollback(running, access.live, to=None, function="")
    _say_plan(f"{running.stack} goes back to release {plan.restores}", plan)
    release = access.mover(outputs).carry_out(running, plan, hold=True)
    raise OperationError(
        f"release {running.last.number} was taken back because {fired.name} fired: release "
        f"{release.number} restores release {plan.restores} ({_outcome(plan)}). What to do: "
        f"docs/runbook.md#{fired.name}."
    )


def settle_hold(access: StackAccess) -> Running | None:
    """Before an update: finish a rollback that was cut off, and refuse where two holds disagree.

    Returns what runs then; None for a stack of which there is nothing yet.
    """
    running = _looked(access)
    if running is None:
        return None
    if is_cut_off(running):
        plan = plan_rollback(running, access.live, to=None, function="")
        say(f"a rollback to release {plan.restores} was cut off; finishing it first")
        access.mover(running.outputs).carry_out(running, plan, hold=True)
        return access.running()
    last = running.releases[-1] if running.releases else None
    require_same_hold(running.stack, running.hold, last)
    return running


def _is_agreed(stack: str) -> bool:
    if stack != "prod" or agreed("Move these aliases of prod?"):
        return True
    say("nothing was moved")
    return False


def _say_plan(title: str, plan: Plan) -> None:
    say(f"{title}:")
    for move in plan.moves:
        say(f"  {move}")
    if not plan.moves:
        say("  every alias is there already")
    for note in plan.notes:
        say(f"  not moved: {note}")


def _outcome(plan: Plan) -> str:
    return ", ".join(map(str, plan.moves)) or "no alias had to move"


def _candidate(running: Running, move: Move) -> Candidate:
    probes = running.last.probes.get(move.name, [])
    return Candidate(
        name=move.name, function=move.function, version=move.target, probes=tuple(probes)
    )
