"""Reads the resources of a stack out of `pulumi preview --json`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from policies.model import Resource

REMOVED = frozenset(
    {"delete", "delete-replaced", "discard", "read-discard", "remove-pending-replace"}
)


def read_preview(text: str) -> tuple[Resource, ...]:
    """List the resources that a stack would have after the update that was previewed."""
    return tuple(_resources(json.loads(text)))


def _resources(preview: Mapping[str, Any]) -> Iterator[Resource]:
    for step in preview.get("steps", ()):
        state = step.get("newState")
        if state is not None and step["op"] not in REMOVED:
            yield resource_from_state(state)


def resource_from_state(state: Mapping[str, Any]) -> Resource:
    """Read one resource of a preview or of an exported stack."""
    # urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME
    stack, _, _, name = state["urn"].removeprefix("urn:pulumi:").split("::", 3)
    return Resource(type=state["type"], name=name, stack=stack, inputs=state.get("inputs", {}))
