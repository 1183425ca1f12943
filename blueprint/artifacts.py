"""Where the artifact bucket keeps what was built; each path carries the key of its content."""

from __future__ import annotations


def layer_object(name: str, key: str) -> str:
    """Say under which object key a layer's zip is kept."""
    return f"layers/{name}/{key}.zip"


def layer_statement_object(name: str, key: str) -> str:
    """Say under which object key it is kept what a layer was made from."""
    return f"layers/{name}/{key}.provenance.json"


def function_statement_object(name: str, sha256: str) -> str:
    """Say the same of a function's zip by its digest, apart from code that few may read."""
    return f"provenance/functions/{name}/{sha256}.json"


def function_object(name: str, key: str) -> str:
    """Say under which object key the zip of a function too large to send inline is kept."""
    return f"functions/{name}/{key}.zip"
