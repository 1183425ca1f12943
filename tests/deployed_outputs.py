"""Outputs of a stack as its backend records them, for tests of those who read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_ARN = "arn:aws:{}:us-east-1:111111111111:{}"


def outputs_document(
    functions: Mapping[str, str], layers: Mapping[str, str], stack: str = "dev"
) -> dict[str, Any]:
    """Write the outputs of a stack: function -> code digest in base64, layer -> key."""
    deployed = f"alchemiser-{stack}"
    return {
        "functions": {
            name: {
                "name": f"{deployed}-{name}",
                "arn": _ARN.format("lambda", f"function:{deployed}-{name}"),
                "alias_arn": _ARN.format("lambda", f"function:{deployed}-{name}:live"),
                "version": "2",
                "zipped_bytes": 10,
                "unzipped_bytes": 20,
                "total_unzipped_bytes": 120,
                "code_sha256": code_sha256,
                "layers": list(layers),
            }
            for name, code_sha256 in functions.items()
        },
        "layers": {
            name: {
                "arn": _ARN.format("lambda", f"layer:{deployed}-{name}:1"),
                "version": 1,
                "key": key,
                "sha256": key.encode().ljust(32, b".").hex(),
                "zipped_bytes": 50,
                "unzipped_bytes": 100,
            }
            for name, key in layers.items()
        },
        "totals": {
            "functions": len(functions),
            "layers": len(layers),
            "zipped_bytes": 10 * len(functions) + 50 * len(layers),
            "unzipped_bytes": 20 * len(functions) + 100 * len(layers),
        },
        "bus": {"name": f"{deployed}-bus", "arn": _ARN.format("events", "event-bus/bus")},
        "queues": {},
        "tables": {},
        "buckets": {"artifacts": f"{deployed}-artifacts"},
        "topics": {},
        "schedules": {},
    }
