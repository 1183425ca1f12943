"""Where the artifact bucket keeps what was built; each path carries the key of its content."""

from __future__ import annotations

LAYERS, RELEASES, PROVENANCE = "layers/", "releases/", "provenance/"

PROMOTED_PREFIXES = (LAYERS, RELEASES, PROVENANCE)
"""Keys that a promotion brings over or reads; function code it compares by digest."""

DRIFT_NOTE = "drift.json"
"""In which a look for drift leaves what it found; the one object that its role may write."""


def layer_object(name: str, key: str) -> str:
    """Say under which object key a layer's zip is kept."""
    return f"{LAYERS}{name}/{key}.zip"


def layer_manifest_object(name: str, key: str) -> str:
    """Say under which object key it is kept what a layer's zip holds."""
    return f"{LAYERS}{name}/{key}.json"


def layer_statement_object(name: str, key: str) -> str:
    """Say under which object key it is kept what a layer was made from."""
    return f"{LAYERS}{name}/{key}.provenance.json"


def function_statement_object(name: str, sha256: str) -> str:
    """Say the same of a function's zip by its digest, apart from code that few may read."""
    return f"{PROVENANCE}functions/{name}/{sha256}.json"


def function_object(name: str, key: str) -> str:
    """Say under which object key the zip of a function too large to send inline is kept."""
    return f"functions/{name}/{key}.zip"


def release_object(number: int) -> str:
    """Say under which object key a release is kept."""
    return f"{RELEASES}{number:06}.json"
