"""Where the artifact bucket keeps what was built; each path carries the key of its content."""

from __future__ import annotations


def layer_object(name: str, key: str) -> str:
    """Say under which object key a layer's zip is kept."""
    return f"layers/{name}/{key}.zip"


def function_object(name: str, key: str) -> str:
    """Say under which object key the zip of a function too large to send inline is kept."""
    return f"functions/{name}/{key}.zip"
