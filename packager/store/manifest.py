"""What is recorded beside each artifact: enough to skip, explain and check it without its zip."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from packager.errors import DigestError
from packager.store.output import Output, Slot


@dataclass(frozen=True, kw_only=True, slots=True)
class Package:
    """One distribution in a layer."""

    version: str
    unzipped_bytes: int


@dataclass(frozen=True, kw_only=True, slots=True)
class BuiltArtifact:
    """A finished zip of a layer or a function."""

    name: str
    key: str
    path: Path
    sha256: str
    zipped_bytes: int
    unzipped_bytes: int
    packages: Mapping[str, Package]
    """What is inside by distribution; our own sources count as none."""
    modules: tuple[str, ...]
    """Top-level names that can be imported, with a trailing slash where only as a namespace."""
    inputs: Mapping[str, object]
    """What the key was made of."""


def read_manifest(slot: Slot, name: str) -> BuiltArtifact | None:
    """Return the artifact in a slot, or None where it is not there, or not what was published."""
    try:
        artifact = artifact_from(json.loads(slot.manifest.read_bytes()), name, slot.archive)
        zipped, recorded = slot.archive.stat(), slot.manifest.stat()
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    if artifact.zipped_bytes != zipped.st_size:
        return None
    # A manifest is published after its zip: one that was touched since is read before it counts.
    if zipped.st_ctime_ns > recorded.st_ctime_ns:
        if digest_of(slot.archive) != artifact.sha256:
            return None
        os.utime(slot.manifest)
    return artifact


def recorded_inputs(folder: Path, name: str) -> tuple[str, Mapping[str, object]] | None:
    """Give key and inputs of the newest build in a folder; None where no record can be read."""
    for path in sorted(folder.glob("*.json"), key=lambda path: -path.stat().st_mtime_ns):
        try:
            artifact = artifact_from(json.loads(path.read_bytes()), name, path)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue
        return artifact.key, artifact.inputs
    return None


def made_once(
    output: Output, slot: Slot, name: str, make: Callable[[Path], BuiltArtifact]
) -> BuiltArtifact:
    """Return the artifact in a slot, which one of all that want it makes in a workspace."""
    found = read_manifest(slot, name)
    if found is not None:
        return found
    with output.building(slot), output.workspace() as work:
        return read_manifest(slot, name) or make(work)


def artifact_from(recorded: Mapping[str, Any], name: str, path: Path) -> BuiltArtifact:
    """Read an artifact from its recorded form."""
    return BuiltArtifact(
        name=name,
        key=recorded["key"],
        path=path,
        sha256=recorded["sha256"],
        zipped_bytes=recorded["zipped_bytes"],
        unzipped_bytes=recorded["unzipped_bytes"],
        packages={
            package: Package(version=about["version"], unzipped_bytes=about["unzipped_bytes"])
            for package, about in recorded["packages"].items()
        },
        modules=tuple(recorded["modules"]),
        inputs={**recorded["inputs"]},
    )


def digest_of(archive: Path) -> str:
    """Digest a zip as it is on the disk now, hex."""
    with archive.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def require_one_digest(where: str, key: str, earlier: str, now: str) -> None:
    """Refuse a second content under a key, whoever had the first."""
    if earlier != now:
        raise DigestError(
            f"{where}: expected SHA-256 {earlier}, which the key {key} stands for there, found "
            f"{now}. Something decides the bytes without being part of the key: look for it with "
            "`python -m packager verify`, and raise packager.rules.RULES_VERSION with its mending. "
            "Nothing was replaced."
        )


def recorded_form(artifact: BuiltArtifact) -> dict[str, object]:
    """Give an artifact the form in which it is recorded; where it lies is not part of it."""
    return summary(artifact) | {"modules": list(artifact.modules), "inputs": artifact.inputs}


def summary(artifact: BuiltArtifact) -> dict[str, object]:
    """Say of an artifact what the one JSON line on stdout says."""
    return {
        "name": artifact.name,
        "key": artifact.key,
        "sha256": artifact.sha256,
        "zipped_bytes": artifact.zipped_bytes,
        "unzipped_bytes": artifact.unzipped_bytes,
        "packages": {
            name: {"version": package.version, "unzipped_bytes": package.unzipped_bytes}
            for name, package in sorted(artifact.packages.items())
        },
    }


def publish(slot: Slot, finished: Path, artifact: BuiltArtifact) -> None:
    """Move a finished zip to its place; its manifest follows last and makes it count.

    DigestError where the key was published here before with other bytes.
    """
    earlier = _published(slot)
    if earlier is not None:
        require_one_digest(str(slot.manifest), artifact.key, earlier, artifact.sha256)
    manifest = finished.with_suffix(".json")
    manifest.write_text(json.dumps(recorded_form(artifact), sort_keys=True), encoding="utf-8")
    finished.replace(slot.archive)
    manifest.replace(slot.manifest)


def _published(slot: Slot) -> str | None:
    """Return the digest that a key stands for here; None where it stands for nothing yet."""
    try:
        return artifact_from(json.loads(slot.manifest.read_bytes()), "", slot.archive).sha256
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def copy_twin(twins: Iterable[Slot], slot: Slot, name: str, work: Path) -> BuiltArtifact | None:
    """Take over the zip of another name with the same key; None where there is none."""
    whole = {twin: it for twin in twins if (it := read_manifest(twin, name)) is not None}
    for twin, found in whole.items():
        finished = work / "finished.zip"
        _link_or_copy(twin.archive, finished)
        artifact = replace(found, path=slot.archive)
        publish(slot, finished, artifact)
        # A link more changed the times of every zip that is this one, not their bytes.
        for other in whole:
            os.utime(other.manifest)
        return artifact
    return None


def _link_or_copy(source: Path, destination: Path) -> None:
    # shutil loads every compressor of Python, which a run that finds all built does without.
    import shutil

    try:
        os.link(source, destination)
    except OSError:
        shutil.copyfile(source, destination)
