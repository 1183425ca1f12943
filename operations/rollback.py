"""Going back to an earlier release as a set, and forward again, without a build."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from operations.errors import OperationError
from operations.hold import Hold
from operations.live import Live
from operations.names import logical_name
from operations.release import Release, ReleasedFunction, changed_keys
from operations.running import Running
from operations.serving import side_by_side

IN_VERSIONS = ("application.", "log_level", "memory_cap_mb", "python")
"""Settings that every published version carries, so that moving an alias takes them back."""
_IN_VERSIONS_OF_ONE = (".memory_mb", ".timeout_s")


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """One alias that moves to another version."""

    name: str
    function: str
    """Deployed name."""
    alias: str
    current: str
    target: str

    def __str__(self) -> str:
        return f"{self.name} {self.current} -> {self.target}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """Everything that going back or forward would do."""

    moves: tuple[Move, ...]
    restores: int | None
    """Release that is live afterwards; None for versions that were not live together yet."""
    notes: tuple[str, ...] = ()
    """What is not taken back, and why."""


def plan_rollback(running: Running, live: Live, *, to: int | None, function: str) -> Plan:
    """Choose the release to restore and what has to move; raise OperationError before any does."""
    function = logical_name(running.outputs, function) if function else ""
    if to is None and running.hold is not None and is_cut_off(running):
        return _finish(running, running.hold)
    target = running.release(to) if to is not None else _release_before(running, function)
    wanted = {n: it for n, it in target.functions.items() if function in ("", n)}
    moves = tuple(side_by_side(lambda it: _move(running, live, target, *it), wanted.items()))
    planned = tuple(move for move in moves if move is not None and move.current != move.target)
    notes = tuple(_notes(running, target, function))
    if not planned and not is_cut_off(running):
        raise OperationError(_nothing_to_move(running, target, notes))
    return Plan(moves=planned, restores=target.origin, notes=notes)


def _finish(running: Running, hold: Hold) -> Plan:
    """Do what is left of a rollback that was cut off: its hold names every version."""
    target = running.release(int(hold.release))
    moves = tuple(
        _to(running, name, version)
        for name, version in hold.functions.items()
        if name in running.serving and running.serving[name].version != version
    )
    return Plan(moves=moves, restores=target.origin, notes=tuple(_notes(running, target, "")))


def plan_forward(running: Running, *, function: str) -> Plan:
    """Bring aliases to what was published last."""
    function = logical_name(running.outputs, function) if function else ""
    moves = tuple(
        _to(running, name, newest)
        for name, newest in running.behind.items()
        if function in ("", name)
    )
    return Plan(moves=moves, restores=None)


def _release_before(running: Running, function: str) -> Release:
    """Find the release that a rollback without a number means."""
    last = running.last
    if not running.serves(last):
        # An update was cut off between aliases, or somebody moved one: back to what was whole.
        return last
    number = running.release(last.origin).replaces
    while number is not None:
        found = running.release(number)
        if not function or _differs(running, found, function):
            return running.release(found.origin)
        number = running.release(found.origin).replaces
    what = f"another version of {function}" if function else "anything"
    raise OperationError(
        f"{running.stack} has no release before {last.origin} that ran {what}; nothing was moved. "
        f"They are listed by `make releases STACK={running.stack}`."
    )


def is_cut_off(running: Running) -> bool:
    """Tell whether a rollback was begun here and not brought to its end."""
    if running.hold is None or not running.releases:
        return False
    last = running.last
    wanted = running.hold.functions.items()
    is_another = any(last.versions.get(name, version) != version for name, version in wanted)
    return not last.held or is_another or running.outputs.release != last.number


def _differs(running: Running, release: Release, function: str) -> bool:
    then, now = release.functions.get(function), running.serving.get(function)
    return then is not None and now is not None and then.version != now.version


def _move(
    running: Running, live: Live, target: Release, name: str, then: ReleasedFunction
) -> Move | None:
    if name not in running.serving or name not in running.outputs.functions:
        return None
    if running.serving[name].version != then.version:
        _require_restorable(running, live, target, name, then)
    return _to(running, name, then.version)


def _to(running: Running, name: str, version: str) -> Move:
    deployed = running.outputs.functions[name]
    return Move(
        name=name,
        function=deployed.name,
        alias=deployed.alias,
        current=running.serving[name].version,
        target=version,
    )


def _require_restorable(
    running: Running, live: Live, target: Release, name: str, then: ReleasedFunction
) -> None:
    choose = f"nothing was moved. Choose another: `make releases STACK={running.stack}`."
    found = live.version(running.outputs.functions[name].name, then.version)
    if found is None or found.code_sha256 != then.code_sha256:
        what = "gone" if found is None else "of other code: the function was made anew"
        message = f"{name}: version {then.version} of release {target.number} is {what}; {choose}"
        raise OperationError(message)
    missing = [arn for arn in found.layers if live.layer_digest(arn) is None]
    if missing:
        message = (
            f"{name}: version {then.version} needs {', '.join(missing)}, which no longer exists; "
            f"{choose}"
        )
        raise OperationError(message)


def _notes(running: Running, target: Release, function: str) -> Iterator[str]:
    if function:
        return
    for name in sorted(target.functions.keys() - running.serving.keys()):
        yield f"{name} was removed since: only a deployment of its commit brings it back"
    for name in sorted(running.serving.keys() - target.functions.keys()):
        version = running.serving[name].version
        yield f"{name} is new since release {target.number}: it stays at version {version}"
    changed = changed_keys(target.settings, running.last.settings)
    kept = [key for key in changed if not _is_in_versions(key)]
    commit = f"check out {target.commit[:12]} and deploy" if target.commit else "edit and deploy"
    if kept:
        yield (
            f"settings {', '.join(kept)} stay as they are, for no version of a function carries "
            f"them: {commit} to take them back"
        )
    if target.wiring != running.last.wiring:
        yield (
            "queues, tables, triggers or alarms were changed since and stay as they are: "
            f"{commit} to take them back"
        )


def _is_in_versions(key: str) -> bool:
    return key.startswith(IN_VERSIONS) or key.endswith(_IN_VERSIONS_OF_ONE)


def _nothing_to_move(running: Running, target: Release, notes: tuple[str, ...]) -> str:
    told = "".join(f"\n  {note}" for note in notes)
    return (
        f"release {target.number} has the very versions that are live in {running.stack}; nothing "
        f"was moved.{told or ''}\nOthers are listed by `make releases STACK={running.stack}`."
    )
