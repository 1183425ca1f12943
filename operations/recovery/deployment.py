"""A stack's recorded state, as the CLI exports and imports it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

Resource = Mapping[str, Any]

UNFINISHED = frozenset({"creating", "updating", "deleting", "reading", "importing"})

UNREAD = "cut off by the end of an earlier run; to be read as it is"
"""Kept among a resource's initialisation errors, which only a refresh of it takes away."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Operation:
    """Something that was begun and of which no end is recorded."""

    kind: str
    resource: Resource

    @property
    def urn(self) -> str:
        """Name of the resource in the stack."""
        return str(self.resource["urn"])

    @property
    def token(self) -> str:
        """Type of the resource."""
        return str(self.resource["type"])


@dataclass(frozen=True, kw_only=True, slots=True)
class Deployment:
    """What a stack remembers of its last run."""

    document: Mapping[str, Any]
    """The whole of it, of which recovery changes two lists."""

    @property
    def resources(self) -> list[Resource]:
        """Everything that is recorded as made."""
        return list(self.document.get("resources") or [])

    @property
    def operations(self) -> list[Operation]:
        """Everything that was cut off."""
        found = self.document.get("pending_operations") or []
        return [Operation(kind=entry["type"], resource=entry["resource"]) for entry in found]

    @property
    def identities(self) -> frozenset[str]:
        """Every id that is recorded, to tell what is found from what is known."""
        return frozenset(str(entry["id"]) for entry in self.resources if entry.get("id"))

    @property
    def unread(self) -> list[str]:
        """Everything that a recovery recorded and was itself cut off before it had read it."""
        return [entry["urn"] for entry in self.resources if UNREAD in entry.get("initErrors", [])]

    def with_resources(self, resources: list[Resource]) -> Deployment:
        """Record these resources, and nothing as cut off."""
        changed = {**self.document, "resources": resources}
        changed.pop("pending_operations", None)
        return Deployment(document=changed)


def mark_unread(resources: list[Resource], urns: Collection[str]) -> list[Resource]:
    """Note on each resource itself that it must be read, as the list of what was cut off goes."""
    return [
        {**entry, "initErrors": [UNREAD]} if entry["urn"] in urns and _is_read(entry) else entry
        for entry in resources
    ]


def _is_read(resource: Resource) -> bool:
    """Tell whether a refresh reads a resource (the engine's RefreshStep leaves these out)."""
    going = resource.get("delete") or resource.get("pendingReplacement")
    provider = str(resource["type"]).startswith("pulumi:providers:")
    return bool(resource.get("custom")) and not going and not provider


def adopt(resources: list[Resource], operation: Operation, identity: str) -> list[Resource]:
    """Record a create that had happened, in place of what it replaces if it does."""
    # What the create was given stands in for what it gave; a refresh reads the rest.
    inputs = operation.resource.get("inputs", {})
    made = {**operation.resource, "id": identity, "outputs": inputs}
    for place, entry in enumerate(resources):
        if entry["urn"] == operation.urn and not entry.get("delete"):
            replaced = {**entry, "delete": True}
            return [*resources[:place], made, replaced, *resources[place + 1 :]]
    return [*resources, made]
