"""Remembers of a lock what of its wheels ships, and where in them it lies.

Choosing among thousands of files takes longer than copying those that ship. A plan names wheels by
their hashes, and is worth nothing without bytes that were held to them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, cast

from packager.build.wheel_files import RecordFile, Wheel, WheelFile
from packager.build.wheel_index import INDEX_VERSION, IndexedFile, WheelIndex, frozen
from packager.check.elf import SharedObject
from packager.rules import RULES_VERSION
from packager.store.manifest import Package
from packager.store.wheels import WheelStore
from packager.target import Target

if TYPE_CHECKING:
    from blueprint import LayerSpec

PLAN_VERSION = 1
"""Raised with anything that a plan says or leaves out."""

Planned = tuple[Sequence[WheelFile | RecordFile], Mapping[str, Package]]
_COLUMNS = ("path", "executable", "offset", "zipped_bytes", "unzipped_bytes", "method", "crc32")


def subject_of(spec: LayerSpec, lock: bytes, target: Target) -> str:
    """Digest everything that decides what ships of a lock's wheels."""
    chosen = [list(spec.keep), list(spec.strip), hashlib.sha256(lock).hexdigest()]
    text = json.dumps([target.release, target.platform, INDEX_VERSION, RULES_VERSION, *chosen])
    return f"{hashlib.sha256(text.encode()).hexdigest()}.plan"


def remember(
    store: WheelStore,
    subject: str,
    hashes: Mapping[str, str],
    files: Sequence[WheelFile | RecordFile],
    packages: Mapping[str, Package],
) -> None:
    """Keep a plan; `hashes` are those of the wheels by their distribution."""
    wheels = {it.brought_by: it.wheel.index for it in files if isinstance(it, WheelFile)}
    facts = {
        "wheels": [
            [name, index.version, index.metadata_folder, hashes[name]]
            for name, index in wheels.items()
        ],
        "files": [_row(it) for it in files],
        "packages": {name: [it.version, it.unzipped_bytes] for name, it in packages.items()},
    }
    store.remember(subject, PLAN_VERSION, facts)


def recall(store: WheelStore, subject: str) -> Planned | None:
    """Return what ships; None where nobody planned it, or where a wheel is not in the store."""
    facts = store.recall(subject, PLAN_VERSION)
    if facts is None:
        return None
    wheels: dict[str, Wheel] = {}
    for name, version, folder, sha256 in facts["wheels"]:
        content = _bytes_of(store, sha256)
        if content is None:
            return None
        wheels[name] = Wheel(index=_about(name, version, folder), content=content)
    files = [_file(row, wheels) for row in facts["files"]]
    return files, {
        name: Package(version=version, unzipped_bytes=unzipped_bytes)
        for name, (version, unzipped_bytes) in facts["packages"].items()
    }


def _bytes_of(store: WheelStore, sha256: str) -> bytes | None:
    """Read a wheel, which is hashed meanwhile, once for all layers that are built together."""
    known: bytes | None = store.opened.get(f"bytes of {sha256}")
    if known is None and (known := store.read(sha256)) is not None:
        store.opened[f"bytes of {sha256}"] = known
    return known


def _about(name: str, version: str, folder: str) -> WheelIndex:
    return WheelIndex(name=name, version=version, metadata_folder=folder, recompressed="", files=())


def _row(file: WheelFile | RecordFile) -> list[object]:
    if isinstance(file, RecordFile):
        return ["", file.path, file.content.decode("utf-8")]
    about = file.about
    row: list[object] = [file.brought_by, *(getattr(about, name) for name in _COLUMNS)]
    if about.shared_object is not None or about.fault is not None:
        row.append([about.shared_object and asdict(about.shared_object), about.fault])
    return row


def _file(row: list[Any], wheels: Mapping[str, Wheel]) -> WheelFile | RecordFile:
    if not row[0]:
        return RecordFile(row[1], cast("str", row[2]).encode())
    path, executable, offset, zipped_bytes, unzipped_bytes, method, crc32 = row[1:8]
    shared_object, fault = row[8] if len(row) > 8 else (None, None)
    about = IndexedFile(
        path=path,
        executable=executable,
        offset=offset,
        zipped_bytes=zipped_bytes,
        unzipped_bytes=unzipped_bytes,
        method=method,
        crc32=crc32,
        sha256="",
        shared_object=shared_object and SharedObject(**frozen(shared_object)),
        fault=fault,
    )
    return WheelFile(wheels[row[0]], about, copied=True)
