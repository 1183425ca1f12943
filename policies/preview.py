"""Reads the resources of a stack out of `pulumi preview --json`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from policies.model import Resource

REMOVED = frozenset(
    {"delete", "delete-replaced", "discard", "read-discard", "remove-pending-replace"}
)


class PartialPreviewError(Exception):
    """A preview leaves out what does not change, and rules need to see all of a stack."""

    def __init__(self, shown: int, total: int) -> None:
        super().__init__(
            f"expected all {total} resources of the stack, found {shown}: "
            "run `pulumi preview --json --show-sames`"
        )


def read_preview(text: str) -> tuple[Resource, ...]:
    """List the resources that a stack would have after the update that was previewed."""
    preview = json.loads(text)
    by_urn = dict(_resources(preview))
    kept = sum(count for op, count in preview.get("changeSummary", {}).items() if op not in REMOVED)
    if len(by_urn) < kept:
        raise PartialPreviewError(len(by_urn), kept)
    return tuple(by_urn.values())


def _resources(preview: Mapping[str, Any]) -> Iterator[tuple[str, Resource]]:
    for step in preview.get("steps", ()):
        state = step.get("newState")
        if state is not None and step["op"] not in REMOVED:
            yield step["urn"], resource_from_state(state)


def resource_from_state(state: Mapping[str, Any]) -> Resource:
    """Read one resource of a preview or of an exported stack."""
    # urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME
    stack, _, _, name = state["urn"].removeprefix("urn:pulumi:").split("::", 3)
    return Resource(type=state["type"], name=name, stack=stack, inputs=state.get("inputs", {}))
