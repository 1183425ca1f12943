"""What is known of a wheel once it was looked through, and how that is remembered."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from packager.check.elf import SharedObject

INDEX_VERSION = 5
"""Raised with anything that is found out of wheels, in packager.build.wheel_reading and below."""

_COLUMNS = (
    *("path", "executable", "offset", "zipped_bytes", "unzipped_bytes"),
    *("method", "crc32", "sha256"),
)
_RARE = (
    *("test_modules", "named_documents", "reads_stub", "asks_for_python", "magic", "foreign"),
    "fault",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class IndexedFile:
    """One file of a wheel."""

    path: str
    """Where it goes below the folder that Python looks into."""
    executable: bool
    offset: int
    """Where its bytes begin in the wheel, as they are stored there."""
    zipped_bytes: int
    unzipped_bytes: int
    method: int
    crc32: int
    sha256: str
    test_modules: tuple[str, ...] = ()
    """Modules of tests that it imports."""
    named_documents: tuple[str, ...] = ()
    """Documents of its package that it opens by name."""
    reads_stub: bool = False
    """Whether it reads the .pyi beside it."""
    asks_for_python: bool = False
    """Whether it is a script that the installer must point at the Python that it installs for."""
    magic: int = 0
    """Number of the Python that compiled it, of byte code."""
    foreign: str = ""
    """The system that it is a binary for, where that is not Linux."""
    shared_object: SharedObject | None = None
    """What the loader will ask of it, if it is one."""
    fault: str | None = None
    """Why it cannot be a shared object, though it begins like one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WheelIndex:
    """What is known of a wheel without opening it again."""

    name: str
    version: str
    metadata_folder: str
    recompressed: str
    """Why its files are compressed anew instead of copied; empty where they are copied."""
    files: tuple[IndexedFile, ...]


def recorded_form(index: WheelIndex) -> list[object]:
    """Give an index the form in which it is remembered."""
    about = [index.name, index.version, index.metadata_folder, index.recompressed]
    return [about, [_row(file) for file in index.files]]


def index_from(recorded: list[Any] | None) -> WheelIndex | None:
    """Read an index from its remembered form; None for what an older packager remembered."""
    if recorded is None:
        return None
    (name, version, folder, recompressed), rows = recorded
    try:
        files = tuple(_file_from(row) for row in rows)
    except TypeError:
        return None
    return WheelIndex(
        name=name,
        version=version,
        metadata_folder=folder,
        recompressed=recompressed,
        files=files,
    )


def _row(file: IndexedFile) -> list[object]:
    values = [getattr(file, name) for name in _COLUMNS]
    rare = {name: it for name in _RARE if (it := getattr(file, name))}
    if file.shared_object is not None:
        rare["shared_object"] = asdict(file.shared_object)
    return [*values, rare]


def _file_from(row: list[Any]) -> IndexedFile:
    *values, rare = row
    if not rare:
        return IndexedFile(**dict(zip(_COLUMNS, values, strict=True)))
    found = {name: frozen(it) for name, it in rare.items()}
    if "shared_object" in rare:
        found["shared_object"] = SharedObject(**found["shared_object"])
    return IndexedFile(**dict(zip(_COLUMNS, values, strict=True)), **found)


def frozen(value: Any) -> Any:
    """Give JSON's lists back as the tuples that they were."""
    if isinstance(value, dict):
        return {name: frozen(it) for name, it in value.items()}
    return tuple(map(frozen, value)) if isinstance(value, list) else value
