"""The engine's floor: registers a stack's recorded resources with constant inputs.

It stands in for `__main__.py` in a copy of the checkout (see front_door.py): the same resources by
type, name and parent, on the same providers, with nothing computed and nothing built.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws  # noqa: F401 - the real program imports the SDKs, so the floor does too
import pulumi_command  # noqa: F401

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"
ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7"
"""How the engine marks values in its records:
https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/sig/sig.go"""


def constant(value: Any) -> Any:
    """Give a recorded value as a program would write it."""
    if isinstance(value, list):
        return [constant(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get(SIGNATURE) == ARCHIVE:
        return pulumi.FileArchive(value["path"])
    if value.get(SIGNATURE) == SECRET:
        return pulumi.Output.secret(json.loads(value["plaintext"]))
    return {
        key: constant(item) for key, item in value.items() if key not in ("__defaults", "tagsAll")
    }


def register(recorded: list[dict[str, Any]]) -> None:
    """Register everything but the stack and what the engine makes by itself."""
    made: dict[str, Any] = {}
    for each in recorded:
        kind, name = each["type"], each["urn"].rpartition("::")[2]
        if kind == "pulumi:pulumi:Stack" or name.startswith("default"):
            continue
        options = pulumi.ResourceOptions(parent=made.get(each.get("parent", "")))
        inputs = constant(each.get("inputs", {}))
        if kind.startswith("pulumi:providers:"):
            package = kind.rpartition(":")[2]
            made[each["urn"]] = pulumi.ProviderResource(package, name, inputs, options)
        elif each.get("custom"):
            provider = made.get(each["provider"].rpartition("::")[0])
            options.provider = provider
            options.version = None if provider else "1.2.1"
            made[each["urn"]] = pulumi.CustomResource(kind, name, inputs, options)
        else:
            made[each["urn"]] = pulumi.ComponentResource(kind, name, None, options)


register(json.loads(Path(os.environ["FLOOR_RECORD"]).read_text(encoding="utf-8")))
