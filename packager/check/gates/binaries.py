"""Every shared object is for the target's machine and finds there, or beside it, what it needs."""

from __future__ import annotations

import mmap
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from packager.check.elf import MAGIC, read_shared_object
from packager.check.runtime_libraries import missing_libraries, too_new_versions
from packager.errors import ArchiveError
from packager.inputs.sources import SourceFile
from packager.target import Target

_MACHINES = {3: "i386", 20: "ppc", 21: "ppc64", 22: "s390", 40: "arm", 62: "x86_64", 183: "arm64"}
_NEVER_ELF = (".py", ".txt", ".json", ".pem", "METADATA", "WHEEL")
"""Most files of a layer; they need not be opened."""


def binary_faults(
    files: Sequence[SourceFile], target: Target, waived: Collection[str] = ()
) -> Iterator[str]:
    """Name each file that the target could not load, and say why.

    A library counts as shipped wherever in the artifact it lies: wheels say by RUNPATH where theirs
    are. `waived` names libraries that are taken to be on the runtime.
    """
    shipped = frozenset({file.path.rpartition("/")[2] for file in files} | set(waived))
    for file in files:
        if not file.path.endswith(_NEVER_ELF):
            for fault in _faults(file, target, shipped):
                yield f"{file.path}: {fault}"


def _faults(file: SourceFile, target: Target, shipped: frozenset[str]) -> Iterator[str]:
    with Path(file.location).open("rb") as stream:
        if stream.read(len(MAGIC)) != MAGIC:
            return
        with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
            try:
                found = read_shared_object(content)
            except ArchiveError as error:
                yield str(error)
                return
    if found.machine != target.elf_machine:
        machine = _MACHINES.get(found.machine, f"machine {found.machine}")
        yield f"expected a binary for {target.architecture}, found one for {machine}"
        return
    for fault in too_new_versions(found, target):
        yield f"{fault}. Lock a release with a wheel for {target.platform}"
    missing = missing_libraries(found, shipped)
    if missing:
        yield (
            f"needs {', '.join(missing)}, which neither Lambda's Python {target.python} nor this "
            "artifact has. Lock a package that brings it, or a wheel that has it inside"
        )
