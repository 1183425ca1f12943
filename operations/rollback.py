"""Going back to a published version, and forward again, without a build."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from operations.engine import Engine
from operations.errors import OperationError
from operations.history import Version, previous_version
from operations.live import Live
from operations.outputs import FunctionOutput, StackOutputs

PINNED = "alchemiser:functions.{name}.version"
"""Stack setting that holds a function's alias at a version."""

_ALIAS = "aws:lambda/alias:Alias"


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """One alias that goes back."""

    name: str
    current: str
    target: str


def plan_moves(
    outputs: StackOutputs, live: Live, *, functions: Iterable[str], to: str | None
) -> tuple[Move, ...]:
    """Choose each function's target version; raise OperationError before anything is moved."""
    return tuple(_move(name, _deployed(outputs, name), live, to) for name in functions)


def go_back(engine: Engine, moves: Iterable[Move]) -> None:
    """Record each target in the stack's settings and move the aliases; undone on failure."""
    planned = tuple(moves)
    for move in planned:
        engine.run("config", "set", "--path", PINNED.format(name=move.name), move.target)
    try:
        _update_aliases(engine, [move.name for move in planned])
    except OperationError:
        for move in planned:
            engine.run("config", "rm", "--path", PINNED.format(name=move.name))
        raise


def go_forward(engine: Engine, functions: Iterable[str]) -> None:
    """Forget the recorded versions and let the aliases follow the newest again."""
    names = tuple(functions)
    for name in names:
        engine.run("config", "rm", "--path", PINNED.format(name=name))
    _update_aliases(engine, names)


def _move(name: str, deployed: FunctionOutput, live: Live, to: str | None) -> Move:
    current = live.alias_version(deployed.name, deployed.alias)
    if current is None:
        message = f"{name}: its alias {deployed.alias} is gone. Run `make drift`, then `up`."
        raise OperationError(message)
    versions = live.versions(deployed.name)
    target = _target(name, versions, current, to)
    missing = [layer for layer in target.layers if live.layer_digest(layer) is None]
    if missing:
        message = (
            f"{name}: version {target.number} needs {', '.join(missing)}, which no longer exists; "
            f"nothing was moved. Choose another: `make history FUNCTION={name}`."
        )
        raise OperationError(message)
    return Move(name=name, current=current, target=target.number)


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


def _update_aliases(engine: Engine, names: Iterable[str]) -> None:
    wanted = set(names)
    exported = _Export.model_validate_json(engine.read("stack", "export"))
    urns = [
        resource.urn
        for resource in exported.deployment.resources
        if resource.type == _ALIAS and _owner(resource.urn) in wanted
    ]
    targets = [argument for urn in urns for argument in ("--target", urn)]
    engine.run("up", "--yes", "--skip-preview", *targets)


def _owner(urn: str) -> str:
    """Return the function whose alias this is: children are named `<function>-<suffix>`."""
    return urn.rsplit("::", 1)[-1].rsplit("-", 1)[0]
