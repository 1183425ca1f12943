"""Names artifacts by what goes into them, so that equal inputs are built once, anywhere."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from packager.errors import LockError
from packager.rules import RULES_VERSION
from packager.sources import SourceFile, function_sources, layer_sources
from packager.target import Target

if TYPE_CHECKING:
    from catalogue.model import FunctionSpec, LayerSpec

Inputs = Mapping[str, object]
"""What a key is made of: JSON-able, free of absolute paths, times, locale and host."""

LAYERS_FOLDER = "layers"


def layer_key(root: Path, spec: LayerSpec, target: Target) -> str:
    """Name a layer's artifact, as 64 hexadecimal digits."""
    return key_of(layer_inputs(root, spec, target))


def function_key(root: Path, spec: FunctionSpec, target: Target) -> str:
    """Name a function's artifact, as 64 hexadecimal digits."""
    return key_of(function_inputs(root, spec, target))


def key_of(inputs: Inputs) -> str:
    """Digest inputs in their one canonical spelling."""
    canonical = json.dumps(inputs, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def layer_inputs(root: Path, spec: LayerSpec, target: Target) -> Inputs:
    """Gather what decides a layer's bytes."""
    if spec.kind.value == "sources":
        return inputs_of("sources-layer", target, files=digests(layer_sources(root, spec)))
    lock = lock_path(root, spec.name)
    try:
        content = lock.read_bytes()
    except FileNotFoundError:
        raise LockError(
            f"layer {spec.name}: expected its lock {lock}, which does not exist. "
            "Run `python -m packager lock`."
        ) from None
    digest = hashlib.sha256(content).hexdigest()
    return inputs_of("dependency-layer", target, lock=digest, requirements=pinned(content.decode()))


def function_inputs(root: Path, spec: FunctionSpec, target: Target) -> Inputs:
    """Gather what decides a function's bytes."""
    return inputs_of("function", target, files=digests(function_sources(root, spec)))


def lock_path(root: Path, layer: str) -> Path:
    """Say where a layer's hashed requirements are committed."""
    return root / LAYERS_FOLDER / layer / "requirements.txt"


def pinned(lock: str) -> dict[str, str]:
    """Read what a requirements file pins; a package has a version for each of its markers."""
    found: dict[str, list[str]] = {}
    for line in lock.splitlines():
        name, equals, rest = line.partition("==")
        if equals and not line.startswith((" ", "#", "-")):
            found.setdefault(name.strip(), []).append(rest.rstrip("\\ "))
    return {name: " | ".join(versions) for name, versions in found.items()}


def digests(files: Iterable[SourceFile]) -> dict[str, str]:
    """Digest each file's bytes, together with the one bit of its mode that is kept."""
    return {file.path: _digest(file) for file in files}


def _digest(file: SourceFile) -> str:
    with open(file.location, "rb") as stream:  # noqa: PTH123 - pathlib doubles the cost per file
        content = hashlib.sha256(stream.read()).hexdigest()
    return f"{'755' if file.executable else '644'}:{content}"


def inputs_of(kind: str, target: Target, **content: object) -> Inputs:
    """Join what an artifact is made from with what it is made for."""
    return {
        "kind": kind,
        "rules": RULES_VERSION,
        "python": target.python,
        "platform": target.platform,
        **content,
    }
