"""The engine's floor: registers a stack's recorded resources with constant inputs.

It stands in for `__main__.py` in a copy of the checkout (command_line.py): the same resources by
type, name and parent, through the same classes of the SDKs, on the same providers, with nothing
computed, nothing built and no resource waiting for another. With FLOOR_BARE set not even the SDKs'
classes are used, which no program would do: what then remains is the engine.
"""

from __future__ import annotations

import importlib
import json
import keyword
import os
import re
from pathlib import Path
from typing import Any

import pulumi

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"
ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7"
"""How the engine marks values in its records:
https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/sig/sig.go"""

COMMAND_VERSION = "1.2.1"
WORDS = re.compile("(?<=[a-z0-9])([A-Z])")


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


def declare(kind: str, name: str, recorded: Any, options: pulumi.ResourceOptions) -> Any:
    """Make a resource by its class: `aws:s3/bucket:Bucket` is pulumi_aws.s3.Bucket."""
    if kind.startswith("pulumi:providers:"):
        return pulumi.ProviderResource(kind.rpartition(":")[2], name, recorded, options)
    if "FLOOR_BARE" in os.environ:
        if options.provider is None:
            options.version = COMMAND_VERSION
        return pulumi.CustomResource(kind, name, recorded, options)
    package, place, title = kind.split(":")
    place = place.partition("/")[0]
    place = f"{place}_" if keyword.iskeyword(place) else place
    module = importlib.import_module(f"pulumi_{package}.{place}")
    arguments = {WORDS.sub(r"_\1", key).lower(): value for key, value in recorded.items()}
    return getattr(module, title)(name, opts=options, **arguments)


def register(recorded: list[dict[str, Any]]) -> None:
    """Register everything but the stack and what the engine makes by itself."""
    made: dict[str, Any] = {}
    for each in recorded:
        kind, name = each["type"], each["urn"].rpartition("::")[2]
        if kind == "pulumi:pulumi:Stack" or name.startswith("default"):
            continue
        options = pulumi.ResourceOptions(parent=made.get(each.get("parent", "")))
        if each.get("custom"):
            options.provider = made.get(each.get("provider", "").rpartition("::")[0])
            inputs = constant(each.get("inputs", {}))
            made[each["urn"]] = declare(kind, name, inputs, options)
        else:
            made[each["urn"]] = pulumi.ComponentResource(kind, name, None, options)


register(json.loads(Path(os.environ["FLOOR_RECORD"]).read_text(encoding="utf-8")))
