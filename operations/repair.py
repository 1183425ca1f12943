"""Makes the next update restore code that was edited or published behind the tool's back.

The engine compares archives with its state, never with Lambda, so it would leave such code as it
is: https://github.com/pulumi/pulumi-aws/issues/906. Forgetting the archive's digest in the state
makes it ship the archive again, in place.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from blueprint.outputs import StackOutputs
from operations.drift import code_drift
from operations.engine import Engine, say
from operations.engine_state import import_state, published
from operations.live import Live
from operations.serving import side_by_side

_FUNCTION = "aws:lambda/function:Function"
_FORGOTTEN = "0" * 64


def forget_edited_code(
    engine: Engine, live: Live, outputs: StackOutputs, state: Mapping[str, Any]
) -> tuple[str, ...]:
    """Return the functions that others changed, after arranging that their code ships again."""
    edited = code_drift(outputs.functions, published(state), live)
    foreign = [name for name in _with_foreign_version(outputs, state, live) if name not in edited]
    if not edited and not foreign:
        return ()
    names = {outputs.functions[name].name for name in (*edited, *foreign)}
    import_state(engine, state, without_digests(state, names))
    for name in edited:
        say(f"{name}: its code was edited by hand; this update ships it again")
    for name in foreign:
        say(f"{name}: a version was published by hand; this update publishes its own")
    return (*edited, *foreign)


def _with_foreign_version(
    outputs: StackOutputs, state: Mapping[str, Any], live: Live
) -> tuple[str, ...]:
    """Name functions whose newest version is none of an update's; a refresh would take it in."""
    shipped = published(state)
    ours = [(name, it.name) for name, it in outputs.functions.items() if it.name in shipped]
    newest = side_by_side(lambda it: live.versions(it[1])[-1:], ours)
    return tuple(
        name
        for (name, deployed), found in zip(ours, newest, strict=True)
        if any(it.number != shipped[deployed].version for it in found)
    )


def without_digests(state: Mapping[str, Any], functions: set[str]) -> dict[str, Any]:
    """Return a copy of an exported state that no longer knows what these functions' code was."""
    changed: dict[str, Any] = json.loads(json.dumps(state))
    for resource in changed.get("deployment", {}).get("resources", []):
        if resource["type"] == _FUNCTION and resource.get("inputs", {}).get("name") in functions:
            for side in ("inputs", "outputs"):
                archive = resource.get(side, {}).get("code")
                if isinstance(archive, dict) and "hash" in archive:
                    archive["hash"] = _FORGOTTEN
    return changed
