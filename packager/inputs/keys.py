"""Names artifacts by what goes into them, so that equal inputs are built once, anywhere."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from blueprint import LayerKind
from packager.errors import DigestError, LockError, SourceError
from packager.inputs.git_locks import LAYERS_FOLDER, git_lock_path, read_git_lock
from packager.inputs.requirements import pinned, read_requirements
from packager.inputs.sources import SourceFile, layer_sources, packed_sources
from packager.rules import RULES_VERSION
from packager.target import Target

if TYPE_CHECKING:
    from blueprint import FunctionSpec, LayerSpec, System

Inputs = Mapping[str, object]
"""What a key is made of: JSON-able, free of absolute paths, times, locale and host."""


def layer_key(root: Path, spec: LayerSpec, target: Target) -> str:
    """Name a layer's artifact, as 64 hexadecimal digits."""
    return key_of(layer_inputs(root, spec, target))


def layer_keys(root: Path, system: System) -> dict[str, str]:
    """Name the artifacts of all builds of a system's layers."""
    return {
        build.name: layer_key(root, build.spec, Target.of(system, build.architecture))
        for build in system.layer_builds
    }


def key_of(inputs: Inputs) -> str:
    """Digest inputs in their one canonical spelling."""
    canonical = json.dumps(inputs, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def require_key(what: str, expected: str | None, found: str) -> None:
    """Refuse to ship what is no longer what a deployment was planned with."""
    if expected is not None and expected != found:
        raise SourceError(
            f"{what}: expected the key {expected}, found {found}: its sources or lock changed "
            "after the deployment was planned. Run the deployment again."
        )


def require_digest(what: str, expected: str | None, found: str) -> None:
    """Refuse to ship other bytes than the stage before ran, though their key is the same."""
    if expected is not None and expected != found:
        raise DigestError(
            f"{what}: expected SHA-256 {expected}, which the stage before runs, found {found} "
            "under the same key. Nothing was uploaded. Promote with `make promote`, which brings "
            "the very bytes; if it says the same, run `python -m packager verify`."
        )


def layer_inputs(root: Path, spec: LayerSpec, target: Target) -> Inputs:
    """Gather what decides a layer's bytes."""
    if spec.kind is LayerKind.SOURCES:
        return inputs_of("sources-layer", target, files=digests(layer_sources(root, spec)))
    content = read_lock(root, spec)
    kept: dict[str, object] = {"keep": list(spec.keep)} if spec.keep else {}
    if spec.strip:
        kept["strip"] = list(spec.strip)
    return inputs_of(
        "git-layer" if spec.kind is LayerKind.GIT else "dependency-layer",
        target,
        lock=hashlib.sha256(content).hexdigest(),
        requirements=_requirements(spec, content),
        **kept,
    )


def function_inputs(root: Path, spec: FunctionSpec, target: Target) -> Inputs:
    """Gather what decides a function's bytes."""
    return packed_inputs(root, spec, target, packed_sources(root, spec))


def packed_inputs(
    root: Path, spec: FunctionSpec, target: Target, files: Iterable[SourceFile]
) -> Inputs:
    """Join what ships of our own with the locks of what is packed beside it."""
    locks = {layer: read_lock(root, layer) for layer in locked(spec.packed)}
    content: dict[str, object] = {"files": digests(files)}
    if locks:
        content["locks"] = {
            layer.name: hashlib.sha256(lock).hexdigest() for layer, lock in locks.items()
        }
        content["requirements"] = {
            package: version
            for layer, lock in locks.items()
            for package, version in _requirements(layer, lock).items()
        }
        if keep := sorted(f"{layer.name}: {it}" for layer in locks for it in layer.keep):
            content["keep"] = keep
        if strip := sorted(f"{layer.name}: {it}" for layer in locks for it in layer.strip):
            content["strip"] = strip
    return inputs_of("function", target, **content)


def locked(layers: Iterable[LayerSpec]) -> tuple[LayerSpec, ...]:
    """Choose the layers that are installed from a lock."""
    return tuple(layer for layer in layers if layer.kind is not LayerKind.SOURCES)


def read_lock(root: Path, spec: LayerSpec) -> bytes:
    """Return a layer's lock as it is committed."""
    lock = (
        git_lock_path(root, spec.name) if spec.kind is LayerKind.GIT else lock_path(root, spec.name)
    )
    try:
        return lock.read_bytes()
    except FileNotFoundError:
        raise LockError(
            f"layer {spec.name}: expected its lock {lock}, which does not exist. "
            "Run `python -m packager lock`."
        ) from None


def lock_path(root: Path, layer: str) -> Path:
    """Say where a layer's hashed requirements are committed."""
    return root / LAYERS_FOLDER / layer / "requirements.txt"


def _requirements(spec: LayerSpec, lock: bytes) -> dict[str, str]:
    if spec.kind is not LayerKind.GIT:
        where = f"layer {spec.name}: {LAYERS_FOLDER}/{spec.name}/requirements.txt"
        return pinned(read_requirements(lock, where=where))
    found = read_git_lock(lock, spec)
    return {found.package: f"{found.version} at commit {found.commit}"}


def digests(files: Iterable[SourceFile]) -> dict[str, str]:
    """Digest each file's bytes, together with the one bit of its mode that is kept."""
    return {file.path: _digest(file) for file in files}


def _digest(file: SourceFile) -> str:
    content = hashlib.sha256(file.read()).hexdigest()
    return f"{'755' if file.executable else '644'}:{content}"


def inputs_of(kind: str, target: Target, **content: object) -> Inputs:
    """Join what an artifact is made from with what it is made for."""
    made: dict[str, object] = {
        "kind": kind,
        "rules": RULES_VERSION,
        "python": target.release,
        "platform": target.platform,
        **content,
    }
    return made | {"smallest": True} if target.smallest else made
