"""Reads from a finished zip which distributions shipped in it, with each file's digest."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.parser import HeaderParser
from pathlib import Path

from packager.errors import ArchiveError
from packager.inputs.requirements import normalised
from packager.store.manifest import BuiltArtifact

_INFO = ".dist-info/"


@dataclass(frozen=True, kw_only=True, slots=True)
class ShippedDistribution:
    """One package as it shipped."""

    name: str
    """Normalised as PEP 503 says."""
    version: str
    licence: str
    """What its metadata says of it: an SPDX expression, else free words; empty for nothing."""
    classifiers: tuple[str, ...]
    """Its `License ::` classifiers, without that word."""
    files: Mapping[str, str]
    """SHA-256 of each file in the zip, by its path there."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Inventory:
    """All that is in one zip, each file once."""

    artifact: BuiltArtifact
    distributions: tuple[ShippedDistribution, ...]
    own_files: Mapping[str, str]
    """Files that no distribution lists: our own sources and data."""


def take_inventory(artifact: BuiltArtifact) -> Inventory:
    """Open an artifact's zip and say whose each file is; digests are of the bytes that shipped."""
    with zipfile.ZipFile(artifact.path) as opened:
        digests = {
            member.filename: hashlib.sha256(opened.read(member)).hexdigest()
            for member in opened.infolist()
        }
        found = tuple(_distributions(artifact.path, opened, digests))
    listed = {path for distribution in found for path in distribution.files}
    own = {path: digest for path, digest in digests.items() if path not in listed}
    return Inventory(artifact=artifact, distributions=found, own_files=own)


def _distributions(
    archive: Path, opened: zipfile.ZipFile, digests: Mapping[str, str]
) -> Iterator[ShippedDistribution]:
    for path in sorted(path for path in digests if path.endswith(f"{_INFO}METADATA")):
        folder = path.removesuffix("METADATA")
        prefix = folder[: folder.rstrip("/").rfind("/") + 1]
        record = f"{folder}RECORD"
        if record not in digests:
            raise ArchiveError(
                f"{archive}: expected {record}, which lists what shipped of that package, found "
                "none. Delete the zip and build again."
            )
        metadata = HeaderParser().parsestr(opened.read(path).decode("utf-8", "replace"))
        rows = csv.reader(io.StringIO(opened.read(record).decode("utf-8"), newline=""))
        files = {f"{prefix}{row[0]}" for row in rows if row}
        yield ShippedDistribution(
            name=normalised(metadata["Name"] or ""),
            version=metadata["Version"] or "",
            licence=(metadata["License-Expression"] or metadata["License"] or "").strip(),
            classifiers=tuple(
                line.removeprefix("License ::").strip()
                for line in metadata.get_all("Classifier", [])
                if line.startswith("License ::")
            ),
            files={name: digests[name] for name in sorted(files & digests.keys())},
        )
