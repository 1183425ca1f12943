"""Makes a stack's record forget what stays in its account, as a record that was lost has."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

from tests.engine.checkout import Checkout


def exported(checkout: Checkout, stack: str) -> dict[str, Any]:
    """Give a stack's record as the engine exports it."""
    answer = checkout.pulumi("stack", "export", "--stack", stack).succeeded()
    document: dict[str, Any] = json.loads(answer.output)
    return document


def first_of(document: dict[str, Any], token: str) -> dict[str, Any]:
    """Give the first resource of a type that is on record."""
    found: dict[str, Any] = next(
        entry for entry in document["deployment"]["resources"] if entry["type"] == token
    )
    return found


def forget(checkout: Checkout, stack: str, urns: Collection[str], folder: Path) -> None:
    """Take resources out of the record and leave them in the account."""
    document = exported(checkout, stack)
    document["deployment"]["resources"] = [
        _without(entry, urns)
        for entry in document["deployment"]["resources"]
        if entry["urn"] not in urns
    ]
    file = folder / "record.json"
    file.write_text(json.dumps(document))
    checkout.pulumi("stack", "import", "--stack", stack, "--file", str(file)).succeeded()


def _without(entry: dict[str, Any], urns: Collection[str]) -> dict[str, Any]:
    kept = [urn for urn in entry.get("dependencies") or [] if urn not in urns]
    by_property = {
        name: [urn for urn in named or [] if urn not in urns]
        for name, named in (entry.get("propertyDependencies") or {}).items()
    }
    return {**entry, "dependencies": kept, "propertyDependencies": by_property}
