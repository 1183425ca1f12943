"""Leaves behind what a library never needs at run time, by stated rules.

Left behind: byte code and caches, tests, documentation, type stubs, C and Cython sources with
their headers and static libraries, console scripts, the installer's own records, and binaries for
other machines. Kept, because programs read them at run time: metadata, entry points and licences of
each distribution, stubs that a lazy loader reads, documents and test modules that a library's own
code asks for, and whatever a layer says by `keep`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from packager.build.named_files import DOCUMENT_FOLDERS, DOCUMENT_SUFFIXES
from packager.build.needed_test_modules import TEST_MODULE, Asking, needed_test_files
from packager.check.elf import SharedObject
from packager.check.modules import IMPORTED_SUFFIXES
from packager.errors import InstallError
from packager.inputs.patterns import (
    as_expression,
    folders_of,
    is_never_file,
    is_never_folder,
)
from packager.target import Target

TEST_FOLDERS = frozenset({"tests", "test"})
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

_BUILD_FILES = frozenset(
    {
        *("pyproject.toml", "setup.py", "setup.cfg", "MANIFEST.in", "Makefile", "tox.ini"),
        *("noxfile.py", "pytest.ini", "mypy.ini", "requirements.txt", "poetry.lock", "uv.lock"),
    }
)
"""Belong to a project's root, from where a build backend has taken them along."""

_LAZY_STUB = b"attach_stub"
"""lazy_loader.attach_stub reads the .pyi beside a module when that is imported."""


class Candidate(Asking, Protocol):
    """A file that may ship."""

    @property
    def brought_by(self) -> str:
        """Name of the distribution that brings it."""

    @property
    def reads_stub(self) -> bool:
        """Whether it reads the .pyi beside it when it is imported."""

    @property
    def named_documents(self) -> tuple[str, ...]:
        """Documents of its package that it opens by name."""

    @property
    def binary(self) -> SharedObject | str | None:
        """What the loader will ask of it, or why it cannot be loaded; None for other files."""

    @property
    def foreign(self) -> str:
        """The system that its binary format is for, where that is not Linux."""

    @property
    def magic(self) -> int:
        """Number of the Python that compiled it; 0 for what is no byte code."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Slimmed:
    """What ships of all that wheels bring, and what does not."""

    kept: tuple[str, ...]
    """In the order of the zip."""
    left_out: Mapping[str, str]
    """The rule by which it stays behind, for each path."""


def slim(files: Mapping[str, Candidate], target: Target, keep: Iterable[str] = ()) -> Slimmed:
    """Choose what ships; InstallError for a `keep` that keeps nothing, or for unusable byte code.

    Patterns of `keep` are paths below the folder that Python looks into; `*` stays within a folder.
    """
    rules = _Rules(files, target)
    left_out = {path: rule for path in files if (rule := rules.rule_for(path))}
    kept = set(files) - left_out.keys()
    kept |= {path for module in tuple(kept) for path in files[module].named_documents}
    kept |= needed_test_files(files, kept)
    kept |= {f"{path}i" for path in kept if files[path].reads_stub and f"{path}i" in files}
    kept |= _asked_for(files, keep)
    return Slimmed(
        kept=tuple(sorted(kept)),
        left_out={path: rule for path, rule in left_out.items() if path not in kept},
    )


def reads_stub(path: str, content: bytes) -> bool:
    """Tell whether a module reads the .pyi beside it when it is imported."""
    return path.endswith(".py") and _LAZY_STUB in content


def _asked_for(files: Mapping[str, Candidate], keep: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for pattern in keep:
        wanted = re.compile(as_expression(pattern))
        matching = {path for path in files if wanted.fullmatch(path)}
        if not matching:
            raise InstallError(
                f"keep: {pattern!r} was expected to match a file of the layer's wheels, and "
                "matches none. Correct it, or take it out of the layer's entry."
            )
        found |= matching
    return found


class _Rules:
    def __init__(self, files: Mapping[str, Candidate], target: Target) -> None:
        self.files = files
        self.target = target
        self.code_folders = folders_of(path for path in files if path.endswith(IMPORTED_SUFFIXES))
        self.test_folders = folders_of(
            path for path in files if TEST_MODULE.fullmatch(path.rpartition("/")[2])
        )
        self.by_folder: dict[str, str] = {}
        self.native = {
            file.brought_by
            for file in files.values()
            if isinstance(file.binary, SharedObject) and file.binary.machine == target.elf_machine
        }

    def rule_for(self, path: str) -> str:
        """Name the rule by which a file stays behind; nothing for one that ships."""
        folder, _, name = path.rpartition("/")
        if ".dist-info" in folder and folder.partition("/")[0].endswith(".dist-info"):
            return "the installer's record" if name in INSTALLER_RECORDS else ""
        if name.endswith(".pyc"):
            return self._byte_code(path, folder.split("/"))
        return self._by_place(folder, name) or self._by_kind(path, name)

    def _by_place(self, folder: str, name: str) -> str:
        if is_never_file(name, own=False):
            return "never ships"
        if not folder and _is_stray(name):
            return "beside the packages"
        if name == "conftest.py":
            return "tests"
        if folder not in self.by_folder:
            self.by_folder[folder] = self._by_folders(folder.split("/") if folder else [])
        return self.by_folder[folder]

    def _by_folders(self, folders: list[str]) -> str:
        if any(map(is_never_folder, folders)):
            return "never ships"
        if folders[:1] == [SCRIPTS_FOLDER]:
            return "a console script"
        if self._is_test(folders):
            return "tests"
        return "documentation" if self._is_documentation(folders) else ""

    def _by_kind(self, path: str, name: str) -> str:
        if name.endswith(DOCUMENT_SUFFIXES):
            return "documentation"
        if name.endswith(STUB_SUFFIX):
            return "a type stub"
        if name.endswith(SOURCE_SUFFIXES):
            return "source of compiled code"
        return self._foreign(self.files[path])

    def _foreign(self, file: Candidate) -> str:
        if file.foreign:
            return f"a binary for {file.foreign}"
        another = isinstance(file.binary, SharedObject) and (
            file.binary.machine != self.target.elf_machine
        )
        # Where a distribution has none for this machine, the gate for binaries names what it has.
        return "a binary for another machine" if another and file.brought_by in self.native else ""

    def _byte_code(self, path: str, folders: list[str]) -> str:
        file = self.files[path]
        if "__pycache__" in folders or f"{path[:-1]}" in self.files:
            return "byte code"
        if file.magic != self.target.magic:
            raise InstallError(
                f"{path} of {file.brought_by}: expected byte code of Python {self.target.python}, "
                f"since its source does not ship with it; found another's (magic {file.magic}, not "
                f"{self.target.magic}). Lock a wheel for that Python."
            )
        return ""

    def _is_test(self, folders: list[str]) -> bool:
        """Tell tests from code: a folder of that name counts if a test module lies below it."""
        return folders[:1] in (["tests"], ["test"]) or any(
            folder in TEST_FOLDERS and "/".join(folders[: depth + 1]) in self.test_folders
            for depth, folder in enumerate(folders)
        )

    def _is_documentation(self, folders: list[str]) -> bool:
        at_root = folders[:1] in ([it] for it in DOCUMENT_FOLDERS)
        if at_root and f"{folders[0]}/__init__.py" not in self.files:
            return True
        return any(
            folder in DOCUMENT_FOLDERS and "/".join(folders[: depth + 1]) not in self.code_folders
            for depth, folder in enumerate(folders)
        )


def _is_stray(name: str) -> bool:
    """Tell what lies beside the packages without being a module."""
    return (
        name.startswith(".")
        or name in _BUILD_FILES
        or (_NOTICE.match(name) is not None and not name.endswith(IMPORTED_SUFFIXES))
    )
