"""Finds the source files of a function or of a sources layer."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from packager.errors import SourceError
from packager.inputs.patterns import is_included, is_never_file, is_never_folder

if TYPE_CHECKING:
    from blueprint import FunctionSpec, LayerSpec

FUNCTIONS_FOLDER = "functions"
_NO_PROGRAMS = (".py", ".clj", ".json")
"""Kinds that are never executed themselves, so that they need not be opened to know it."""
_PROGRAM_STARTS = (b"#!", b"\x7fELF")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file that ships."""

    path: str
    """Where it goes inside the zip, with forward slashes."""
    location: str
    """Where it is on this machine."""
    executable: bool
    """Whether it is a program; checkouts differ in the modes that they give to files."""

    @property
    def unzipped_bytes(self) -> int:
        """What it weighs once it is unpacked."""
        return Path(self.location).stat().st_size

    @property
    def binary(self) -> None:
        """Nothing for the loader: what ships of ours is text."""
        return

    def blob(self) -> None:
        """Return nothing: it is compressed nowhere yet."""
        return

    def read(self) -> bytes:
        """Return its content."""
        with _reading(self.location) as stream:
            return stream.read()


def source_folder(root: Path, spec: FunctionSpec) -> Path:
    """Say where a function's code is."""
    return root / (spec.source or f"{FUNCTIONS_FOLDER}/{spec.name}")


def function_sources(root: Path, spec: FunctionSpec) -> tuple[SourceFile, ...]:
    """Find what ships in a function's zip, in the order of the zip."""
    folder = source_folder(root, spec)
    _require_folder(folder, f"function {spec.name}")
    _refuse_package_at_namespace(folder, _namespaces_of_handler(spec.handler))
    found = list(_walk(str(folder), ""))
    for data in spec.data:
        found += _data_files(root, data, f"data folder {data!r} of function {spec.name}")
    return _in_order(found, f"function {spec.name}")


def _data_files(root: Path, data: str, what: str) -> list[SourceFile]:
    parts = Path(data).parts
    if Path(data).is_absolute() or data != str(Path(data)) or not parts or ".." in parts:
        raise SourceError(
            f"{what}: expected a path below the project's root, as a/b, found another. Correct the "
            "catalogue's entry."
        )
    _require_folder(root / data, what)
    found = list(_walk(str(root / data), f"{data}/", every=True))
    if not found:
        raise SourceError(
            f"{what}: expected at least one file that may ship, found none. Add one, or take it "
            "out of the catalogue's entry."
        )
    return found


def packed_sources(root: Path, spec: FunctionSpec) -> tuple[SourceFile, ...]:
    """Find all that is ours in a function's zip: its own, and sources that are packed beside it."""
    beside = [layer for layer in spec.packed if layer.sources]
    own = function_sources(root, spec)
    if not beside:
        return own
    found = [file for layer in beside for file in layer_sources(root, layer)]
    return _in_order([*own, *found], f"function {spec.name}")


def layer_sources(root: Path, spec: LayerSpec) -> tuple[SourceFile, ...]:
    """Find what ships in a sources layer, below python/, in the order of the zip."""
    found: list[SourceFile] = []
    for source in spec.sources:
        _require_folder(root / source, f"source folder of layer {spec.name}")
        _refuse_package_at_namespace(root, _parents(source))
        found.extend(_walk(str(root / source), f"{source}/"))
    return _in_order(found, f"layer {spec.name}")


def _walk(folder: str, prefix: str, *, every: bool = False) -> Iterator[SourceFile]:
    """Find what ships below a folder: kinds that are included, or `every` file of a data folder."""
    with os.scandir(folder) as entries:
        for entry in entries:
            path = f"{prefix}{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                if not is_never_folder(entry.name):
                    yield from _walk(entry.path, f"{path}/", every=every)
            elif (every or is_included(path)) and not is_never_file(entry.name, own=True):
                yield _source_file(entry, path)
            elif entry.is_symlink() and entry.is_dir():
                raise SourceError(_symlink_message(entry.path))
            elif not entry.is_symlink() and not entry.is_file():
                raise SourceError(_special_message(entry.path))


def _source_file(entry: os.DirEntry[str], path: str) -> SourceFile:
    if entry.is_symlink():
        raise SourceError(_symlink_message(entry.path))
    if not entry.is_file(follow_symlinks=False):
        raise SourceError(_special_message(entry.path))
    if not entry.name.isprintable():
        raise SourceError(
            f"{entry.path!r}: expected a name in UTF-8 that can be printed, found another; it "
            "would be another file on another machine. Rename it."
        )
    return SourceFile(path, entry.path, not path.endswith(_NO_PROGRAMS) and _is_program(entry.path))


def _is_program(location: str) -> bool:
    """Tell by its content whether a file is to be executed, wherever it was checked out."""
    with _reading(location) as stream:
        return stream.read(4).startswith(_PROGRAM_STARTS)


@contextmanager
def _reading(location: str) -> Iterator[BinaryIO]:
    """Open a source file; one that cannot be read is a SourceError that names it."""
    try:
        with open(location, "rb") as stream:  # noqa: PTH123 - pathlib doubles the cost per file
            yield stream
    except OSError as error:
        raise SourceError(
            f"{location}: expected a file that can be read, found {error.strerror}. Make it "
            "readable, or remove it."
        ) from None


def _special_message(location: str) -> str:
    what = "a pipe, socket or device, which cannot ship"
    return f"{location}: expected a file, found {what}. Remove it."


def _symlink_message(location: str) -> str:
    return (
        f"{location}: expected a file or folder of its own, found a symbolic link; "
        "its target would ship or not depending on the machine. Replace it by what it points to."
    )


def _in_order(found: list[SourceFile], what: str) -> tuple[SourceFile, ...]:
    if not found:
        raise SourceError(
            f"{what}: expected at least one source file, found none. "
            "Add one, or take its entry out of the catalogue."
        )
    ordered = sorted(found, key=lambda file: file.path)
    for earlier, later in pairwise(ordered):
        if earlier.path == later.path:
            raise SourceError(
                f"{what}: {earlier.location} and {later.location} would both be {later.path} "
                "in the zip; remove or rename one."
            )
    return tuple(ordered)


def _require_folder(folder: Path, what: str) -> None:
    if not folder.is_dir():
        raise SourceError(
            f"{what}: expected the folder {folder}, which does not exist. "
            "Make it, or correct the catalogue's entry."
        )


def _namespaces_of_handler(handler: str) -> tuple[str, ...]:
    """Name the folders above the function's own package: they are shared with other artifacts."""
    package = handler.rsplit(".", 2)[0]
    return _parents(package.replace(".", "/"))


def _parents(path: str) -> tuple[str, ...]:
    parts = path.split("/")[:-1]
    return tuple("/".join(parts[: depth + 1]) for depth in range(len(parts)))


def _refuse_package_at_namespace(folder: Path, namespaces: tuple[str, ...]) -> None:
    for namespace in namespaces:
        planted = folder / namespace / "__init__.py"
        if planted.exists():
            raise SourceError(
                f"{planted}: expected no such file, because {namespace.replace('/', '.')} is a "
                "namespace package whose parts ship in several zips; with it, the other parts "
                "cannot be imported. Delete it."
            )
