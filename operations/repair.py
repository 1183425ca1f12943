"""Makes the next update restore code that was edited behind the tool's back.

The engine compares archives with its state, never with Lambda, so it would leave such code as it
is: https://github.com/pulumi/pulumi-aws/issues/906. Forgetting the archive's digest in the state
makes it ship the archive again, in place.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from operations.drift import code_drift
from operations.engine import Engine, say
from operations.errors import OperationError
from operations.live import Live

_FUNCTION = "aws:lambda/function:Function"
_FORGOTTEN = "0" * 64


def forget_edited_code(engine: Engine, live: Live) -> tuple[str, ...]:
    """Return the functions whose code was edited, after arranging that it ships again."""
    try:
        outputs = engine.outputs()
    except OperationError:
        # Never deployed: there is nothing that could have been edited.
        return ()
    edited = code_drift(outputs.functions, live)
    if not edited:
        return ()
    state = json.loads(engine.read("stack", "export"))
    # An update that was cut off has shipped code that only the record of resources knows.
    shipped = _shipped_digests(state)
    edited = {n: it for n, it in edited.items() if shipped.get(outputs.functions[n].name) != it}
    if not edited:
        return ()
    names = {outputs.functions[name].name for name in edited}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "state.json"
        file.write_text(json.dumps(without_digests(state, names)), encoding="utf-8")
        engine.run("stack", "import", "--file", str(file))
    for name in edited:
        say(f"{name}: its code was edited by hand; this update ships it again")
    return tuple(edited)


def _shipped_digests(state: Mapping[str, Any]) -> dict[str, str]:
    resources = state.get("deployment", {}).get("resources", [])
    made = [it.get("outputs", {}) for it in resources if it["type"] == _FUNCTION]
    return {it["name"]: it["codeSha256"] for it in made if "name" in it and "codeSha256" in it}


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
