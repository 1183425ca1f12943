"""Every shared object is for the target's machine and needs no newer glibc than it has."""

from __future__ import annotations

import mmap
from collections.abc import Iterable, Iterator
from pathlib import Path

from packager.check.elf import MAGIC, read_shared_object
from packager.errors import ArchiveError
from packager.inputs.sources import SourceFile
from packager.target import Target

_MACHINES = {3: "i386", 20: "ppc", 21: "ppc64", 22: "s390", 40: "arm", 62: "x86_64", 183: "arm64"}
_NEVER_ELF = (".py", ".txt", ".json", ".pem", "METADATA", "WHEEL")
"""Most files of a layer; they need not be opened."""


def binary_faults(files: Iterable[SourceFile], target: Target) -> Iterator[str]:
    """Name each file that the target could not load, and say why."""
    for file in files:
        if file.path.endswith(_NEVER_ELF):
            continue
        fault = _fault(file, target)
        if fault is not None:
            yield f"{file.path}: {fault}"


def _fault(file: SourceFile, target: Target) -> str | None:
    with Path(file.location).open("rb") as stream:
        if stream.read(len(MAGIC)) != MAGIC:
            return None
        with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
            try:
                found = read_shared_object(content)
            except ArchiveError as error:
                return str(error)
    if found.machine != target.elf_machine:
        machine = _MACHINES.get(found.machine, f"machine {found.machine}")
        return f"expected a binary for {target.architecture}, found one for {machine}"
    if found.glibc is not None and found.glibc > target.glibc:
        return (
            f"needs glibc {_dotted(found.glibc)}, and Lambda's Python {target.python} has "
            f"{_dotted(target.glibc)}. Lock a release with a wheel for {target.platform}"
        )
    return None


def _dotted(version: tuple[int, int]) -> str:
    return f"{version[0]}.{version[1]}"
