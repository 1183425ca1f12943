"""Leaves behind what a library never needs at run time, by stated rules.

Left behind: byte code and caches, tests, documentation, type stubs, C and Cython sources with
their headers and static libraries, console scripts, and the installer's own records. Kept, because
programs read them at run time: metadata, entry points and licences of each distribution, stubs
that a lazy loader reads, and test modules that a library's own code imports.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from packager.build.needed_test_modules import imported_tests
from packager.errors import InstallError
from packager.inputs.patterns import is_never
from packager.inputs.sources import SourceFile

TEST_FOLDERS = frozenset({"tests", "test"})
TEST_FILES = frozenset({"conftest.py"})
DOCUMENTATION_FOLDERS = frozenset({"doc", "docs"})
DOCUMENTATION_SUFFIXES = (".md", ".rst")
STUB_SUFFIX = ".pyi"
SOURCE_SUFFIXES = (
    *(".h", ".hh", ".hpp", ".hxx", ".inl", ".c", ".cc", ".cpp", ".cxx", ".f", ".f90"),
    *(".pyx", ".pxd", ".pxi", ".pyx.in", ".pxd.in", ".pxi.in"),
    *(".a", ".o", ".la", ".pc", ".cmake"),
)
INSTALLER_RECORDS = frozenset(
    {"RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json"}
)
SCRIPTS_FOLDER = "bin"
"""Console scripts at the top; Lambda has no such folder on PATH, and they name this machine."""

_LAZY_STUB = b"attach_stub"
"""lazy_loader.attach_stub reads the .pyi beside a module when that is imported."""


def slim(folder: Path) -> tuple[SourceFile, ...]:
    """Choose what ships of an installation, in the order of the zip; nothing is deleted."""
    files = {file.path: file for file in _walk(str(folder), "")}
    documented = _folders_with_code(files)
    kept = {path for path in files if not _is_slimmed(path, documented)}
    kept |= imported_tests(files, kept)
    kept |= _lazy_stubs(files, kept)
    return tuple(files[path] for path in sorted(kept))


def _walk(folder: str, prefix: str) -> Iterator[SourceFile]:
    with os.scandir(folder) as entries:
        for entry in entries:
            path = f"{prefix}{entry.name}"
            if entry.is_symlink():
                raise InstallError(f"{path}: expected a file or folder, found a symbolic link")
            if entry.is_dir():
                yield from _walk(entry.path, f"{path}/")
            else:
                yield SourceFile(path, entry.path, bool(entry.stat().st_mode & 0o100))


def _is_slimmed(path: str, documented: frozenset[str]) -> bool:
    *folders, name = path.split("/")
    if folders and folders[0].endswith(".dist-info"):
        return name in INSTALLER_RECORDS
    return (
        is_never(path, own=False)
        or path.startswith(f"{SCRIPTS_FOLDER}/")
        or (not folders and name.startswith("."))
        or not TEST_FOLDERS.isdisjoint(folders)
        or name in TEST_FILES
        or name.endswith((*DOCUMENTATION_SUFFIXES, STUB_SUFFIX, *SOURCE_SUFFIXES))
        or _is_documentation(folders, documented)
    )


def _is_documentation(folders: list[str], documented: frozenset[str]) -> bool:
    return any(
        folder in DOCUMENTATION_FOLDERS and "/".join(folders[: depth + 1]) not in documented
        for depth, folder in enumerate(folders)
    )


def _folders_with_code(paths: Iterable[str]) -> frozenset[str]:
    """Name the doc folders that are packages of code, as botocore.docs is."""
    found: set[str] = set()
    for path in paths:
        if path.endswith(".py"):
            folders = path.split("/")[:-1]
            found.update("/".join(folders[: depth + 1]) for depth in range(len(folders)))
    return frozenset(found)


def _lazy_stubs(files: dict[str, SourceFile], kept: set[str]) -> set[str]:
    return {
        f"{path}i"
        for path in kept
        if f"{path}i" in files and _LAZY_STUB in Path(files[path].location).read_bytes()
    }
