"""The rights that a new function's tests need, as tests/functions/rights.py keeps them."""

from __future__ import annotations

import json
from typing import Any

from scaffolding.table_templates import WRITES
from scaffolding.templates import TELLS


def with_rights(text: str, function: str, table: str, *, tells: bool) -> str:
    """Add the right to tell of failures where it does, and to write where it has a table."""
    entries: list[dict[str, Any]] = json.loads(text)
    if tells:
        entries.append(_like(entries, "events:PutEvents", "WorkflowFailed", function, TELLS))
    if table:
        entry = _like(entries, "dynamodb:PutItem", "", function, WRITES)
        stem = entry["right"]["resource"].partition(":table/")[0]
        system = "-".join(entry["right"]["resource"].partition(":table/")[2].split("-")[:2])
        name = f"{stem}:table/{system}-{table}"
        entry["right"]["resource"] = entry["call"]["resource"] = name
        entries.append(entry)
    entries.sort(key=lambda entry: json.dumps(entry["right"], sort_keys=True))
    return json.dumps(entries, indent=1) + "\n"


def _like(
    entries: list[dict[str, Any]], action: str, value: str, function: str, test: str
) -> dict[str, Any]:
    """Copy what another function has of a kind."""
    for entry in entries:
        if (entry["right"]["action"], entry["right"]["value"]) == (action, value):
            copy: dict[str, Any] = json.loads(json.dumps(entry))
            copy["right"]["function"] = function
            return copy | {"test": f"tests/functions/{function}/test_{function}.py::{test}"}
    raise ValueError(f"expected a function that needs {action} {value}")
