"""Going back to a published version, and forward again, without a build."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from blueprint.outputs import FunctionOutput, StackOutputs
from operations.engine import Engine
from operations.errors import OperationError
from operations.history import Version, previous_version
from operations.live import Live
from operations.pins import Pins

_ALIAS = "aws:lambda/alias:Alias"


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """One alias that moves to another version."""

    name: str
    function: str
    """Deployed name."""
    alias: str
    current: str
    target: str


def plan_moves(
    outputs: StackOutputs, live: Live, *, functions: Iterable[str], to: str | None
) -> tuple[Move, ...]:
    """Choose each function's target version; raise OperationError before anything is moved."""
    return tuple(_back(name, _deployed(outputs, name), live, to) for name in functions)


def plan_return(outputs: StackOutputs, live: Live, *, functions: Iterable[str]) -> tuple[Move, ...]:
    """Choose the newest version that was deployed of each function."""
    return tuple(_forward(name, _deployed(outputs, name), live) for name in functions)


def go_back(engine: Engine, live: Live, moves: Iterable[Move]) -> None:
    """Record each target in the stack's settings and move the aliases; undone on failure.

    Lambda is asked itself, not the program: what ships plays no part in going back.
    """
    planned, pins = tuple(moves), Pins(engine)
    before = pins.versions()
    pins.hold({move.name: move.target for move in planned})
    _move_or_restore(engine, live, planned, before)


def go_forward(engine: Engine, live: Live, moves: Iterable[Move]) -> None:
    """Forget the recorded versions and move the aliases to the newest again."""
    planned, pins = tuple(moves), Pins(engine)
    before = pins.versions()
    pins.release(move.name for move in planned)
    _move_or_restore(engine, live, planned, before)


def _move_or_restore(
    engine: Engine, live: Live, moves: tuple[Move, ...], before: Mapping[str, str]
) -> None:
    try:
        _move_all(live, moves)
    except OperationError:
        Pins(engine).restore(before, [move.name for move in moves])
        raise
    _record(engine, moves)


def _move_all(live: Live, moves: tuple[Move, ...]) -> None:
    done: list[Move] = []
    try:
        for move in moves:
            live.move_alias(move.function, move.alias, move.target)
            done.append(move)
    except OperationError:
        for move in done:
            live.move_alias(move.function, move.alias, move.current)
        raise


def _back(name: str, deployed: FunctionOutput, live: Live, to: str | None) -> Move:
    current = _current(name, deployed, live)
    versions = live.versions(deployed.name)
    target = _target(name, versions, current, to)
    missing = [layer for layer in target.layers if live.layer_digest(layer) is None]
    if missing:
        message = (
            f"{name}: version {target.number} needs {', '.join(missing)}, which no longer exists; "
            f"nothing was moved. Choose another: `make history FUNCTION={name}`."
        )
        raise OperationError(message)
    return _move(name, deployed, current, target.number)


def _forward(name: str, deployed: FunctionOutput, live: Live) -> Move:
    return _move(name, deployed, _current(name, deployed, live), deployed.version)


def _move(name: str, deployed: FunctionOutput, current: str, target: str) -> Move:
    function, alias = deployed.name, deployed.alias
    return Move(name=name, function=function, alias=alias, current=current, target=target)


def _current(name: str, deployed: FunctionOutput, live: Live) -> str:
    found = live.alias_version(deployed.name, deployed.alias)
    if found is None:
        message = f"{name}: its alias {deployed.alias} is gone. Run `make drift`, then `up`."
        raise OperationError(message)
    return found


def _target(name: str, versions: tuple[Version, ...], current: str, to: str | None) -> Version:
    if to is None:
        found = previous_version(versions, current)
    else:
        found = next((version for version in versions if version.number == to), None)
    if found is None:
        have = ", ".join(version.number for version in versions) or "none"
        wanted = f"version {to}" if to else f"a version before {current}"
        message = f"{name}: expected {wanted}, found versions {have}; nothing was moved."
        raise OperationError(message)
    return found


def _deployed(outputs: StackOutputs, name: str) -> FunctionOutput:
    if name not in outputs.functions:
        message = f"expected one of {', '.join(outputs.functions)}, found FUNCTION={name}"
        raise OperationError(message)
    return outputs.functions[name]


class _Resource(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    urn: str
    type: str


class _Deployment(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    resources: tuple[_Resource, ...] = ()


class _Export(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    deployment: _Deployment = Field(default_factory=_Deployment)


def _record(engine: Engine, moves: Iterable[Move]) -> None:
    """Have the engine look at the aliases that moved, so that its record is true again."""
    wanted = {move.name for move in moves}
    exported = _Export.model_validate_json(engine.read("stack", "export"))
    urns = [
        resource.urn
        for resource in exported.deployment.resources
        if resource.type == _ALIAS and _owner(resource.urn) in wanted
    ]
    targets = [argument for urn in urns for argument in ("--target", urn)]
    if not targets:
        return
    try:
        engine.run("refresh", "--yes", "--skip-preview", *targets)
    except OperationError as error:
        message = (
            "the aliases were moved and the stack's settings say so; only the engine's record of "
            f"them is still the old one, which the next update corrects: {error}"
        )
        raise OperationError(message) from error


def _owner(urn: str) -> str:
    """Return the function whose alias this is: children are named `<function>-<suffix>`."""
    return urn.rsplit("::", 1)[-1].rsplit("-", 1)[0]
