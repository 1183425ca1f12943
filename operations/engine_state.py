"""The engine's record of a stack, as far as releases are told by it and told to it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from blueprint.outputs import StackOutputs
from operations.engine import NO_SUCH_STACK, Engine
from operations.errors import NeverDeployedError, OperationError
from operations.outputs import read_outputs
from operations.release import Release, ReleasedFunction

_ALIAS = "aws:lambda/alias:Alias"
_COMMAND = "command:local:Command"
_FUNCTION = "aws:lambda/function:Function"
_STACK = "pulumi:pulumi:Stack"
RECORD = "release-record"
"""Logical name of the program's command that records releases."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Published:
    """What was published of a function last, live or not."""

    version: str
    code_sha256: str
    """Base64, as Lambda reports it."""


def read_state(engine: Engine) -> dict[str, Any]:
    """Read the whole record; raise NeverDeployedError where there is no such stack."""
    try:
        state: dict[str, Any] = json.loads(engine.read("stack", "export"))
    except OperationError as error:
        if NO_SUCH_STACK not in str(error):
            raise
        raise NeverDeployedError(f"stack {engine.stack} was never deployed") from error
    return state


def outputs_in(state: Mapping[str, Any], stack: str) -> StackOutputs:
    """Read the stack's outputs from its record; raise NeverDeployedError where there are none."""
    found = [it.get("outputs") or {} for it in resources_in(state) if it["type"] == _STACK]
    return read_outputs(found[0] if found else {}, stack)


def published(state: Mapping[str, Any]) -> dict[str, Published]:
    """Tell what an update published last of each function, by deployed name.

    Outputs are written only by an update that went through; this is true of one that failed too.
    """
    made = (it.get("outputs", {}) for it in resources_in(state) if it["type"] == _FUNCTION)
    return {
        it["name"]: Published(version=str(it["version"]), code_sha256=it["codeSha256"])
        for it in made
        if {"name", "version", "codeSha256"} <= it.keys()
    }


def correct_state(engine: Engine, state: Mapping[str, Any], release: Release) -> None:
    """Make the engine's record, and the outputs in it, say what is live now."""
    try:
        import_state(engine, state, with_release(state, release))
    except OperationError as error:
        message = (
            f"the aliases were moved and release {release.number} says so; only the engine's "
            f"record is still the old one. Run the same command again: {error}"
        )
        raise OperationError(message) from error


def import_state(engine: Engine, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Replace the whole record where it differs."""
    if after == before:
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "state.json"
        file.write_text(json.dumps(after), encoding="utf-8")
        engine.run("stack", "import", "--file", str(file))


def with_release(state: Mapping[str, Any], release: Release) -> dict[str, Any]:
    """Return a copy of an exported state in which a release is what runs."""
    changed: dict[str, Any] = json.loads(json.dumps(state))
    for resource in resources_in(changed):
        name = resource["urn"].rsplit("::", 1)[-1]
        if resource["type"] == _ALIAS:
            _correct_alias(resource, release.functions.get(name.removesuffix("-alias")))
        elif resource["type"] == _COMMAND and name == RECORD:
            _correct_record(resource, release)
        elif resource["type"] == _STACK:
            _correct_outputs(resource.get("outputs", {}), release)
    return changed


def _correct_alias(resource: dict[str, Any], served: ReleasedFunction | None) -> None:
    if served is None:
        return
    for side in ("inputs", "outputs"):
        if "functionVersion" in resource.get(side, {}):
            resource[side]["functionVersion"] = served.version


def _correct_record(resource: dict[str, Any], release: Release) -> None:
    """Let the command have run for this release, so that the next update runs it for another."""
    resource.setdefault("outputs", {})["stdout"] = release.model_dump_json()
    for side in ("inputs", "outputs"):
        if "stdin" not in resource.get(side, {}):
            continue
        document = json.loads(resource[side]["stdin"])
        for name, it in document["functions"].items():
            if name in release.functions:
                it["version"] = release.functions[name].version
        # As the program writes it: another text is another command.
        resource[side]["stdin"] = json.dumps(document, sort_keys=True)


def _correct_outputs(outputs: dict[str, Any], release: Release) -> None:
    if "release" in outputs:
        outputs["release"] = release.number
    for name, told in outputs.get("functions", {}).items():
        served = release.functions.get(name)
        if served is not None:
            told["version"] = served.version
            told["code_sha256"] = served.code_sha256
            told["layer_keys"] = {layer: it.key for layer, it in served.layers.items()}


def resources_in(state: Mapping[str, Any]) -> list[dict[str, Any]]:
    """List the resources of an exported state, to be read or changed."""
    found: list[dict[str, Any]] = (state.get("deployment") or {}).get("resources") or []
    return found
