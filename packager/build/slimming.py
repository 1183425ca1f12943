"""Leaves behind what a library never needs at run time, by stated rules.

Left behind: byte code and caches, tests, documentation, type stubs, C and Cython sources with
their headers and static libraries, console scripts, and the installer's own records. Kept, because
programs read them at run time: metadata, entry points and licences of each distribution, stubs
that a lazy loader reads, and test modules that a library's own code imports.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Protocol

from packager.build.needed_test_modules import Asking, needed_test_files
from packager.check.modules import IMPORTED_SUFFIXES
from packager.inputs.patterns import is_never

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

_NOTICE = re.compile(
    r"(LICEN[CS]E|COPYING|NOTICE|AUTHORS|CHANGES|CHANGELOG|HISTORY|README)([._-][\w.-]*)?$", re.I
)
"""What a build backend has put beside the packages by mistake; metadata has its own licences."""

_LAZY_STUB = b"attach_stub"
"""lazy_loader.attach_stub reads the .pyi beside a module when that is imported."""


class Candidate(Asking, Protocol):
    """A file that may ship."""

    @property
    def reads_stub(self) -> bool:
        """Whether it reads the .pyi beside it when it is imported."""


def slim(files: Mapping[str, Candidate]) -> tuple[str, ...]:
    """Choose what ships of all that wheels bring, in the order of the zip."""
    documented = _folders_with_code(files)
    kept = {path for path in files if not _is_slimmed(path, documented)}
    kept |= needed_test_files(files, kept)
    kept |= {f"{path}i" for path in kept if files[path].reads_stub and f"{path}i" in files}
    return tuple(sorted(kept))


def reads_stub(path: str, content: bytes) -> bool:
    """Tell whether a module reads the .pyi beside it when it is imported."""
    return path.endswith(".py") and _LAZY_STUB in content


def _is_slimmed(path: str, documented: frozenset[str]) -> bool:
    *folders, name = path.split("/")
    if folders and folders[0].endswith(".dist-info"):
        return name in INSTALLER_RECORDS
    return (
        is_never(path, own=False)
        or path.startswith(f"{SCRIPTS_FOLDER}/")
        or (not folders and _is_stray(name))
        or not TEST_FOLDERS.isdisjoint(folders)
        or name in TEST_FILES
        or name.endswith((*DOCUMENTATION_SUFFIXES, STUB_SUFFIX, *SOURCE_SUFFIXES))
        or _is_documentation(folders, documented)
    )


def _is_stray(name: str) -> bool:
    """Tell what lies beside the packages without being a module."""
    return name.startswith(".") or (
        _NOTICE.match(name) is not None and not name.endswith(IMPORTED_SUFFIXES)
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
