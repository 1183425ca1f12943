"""Every shared object is for the target's machine, and finds every library that it needs there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Protocol

from packager.check.elf import SharedObject
from packager.check.runtime_libraries import missing_libraries, too_new_versions
from packager.target import Target

_MACHINES = {3: "i386", 20: "ppc", 21: "ppc64", 22: "s390", 40: "arm", 62: "x86_64", 183: "arm64"}


class Loadable(Protocol):
    """A file, as far as the loader is concerned."""

    @property
    def path(self) -> str:
        """Where it goes."""

    @property
    def binary(self) -> SharedObject | str | None:
        """What the loader will ask of it, or why it cannot be loaded; None for other files."""


def binary_faults(
    files: Sequence[Loadable], target: Target, waived: Collection[str] = ()
) -> Iterator[str]:
    """Name each file that the target could not load, and say why.

    A library counts as shipped wherever in the artifact it lies: wheels say by RUNPATH where theirs
    are. `waived` names libraries that are taken to be on the runtime.
    """
    shipped = frozenset({file.path.rpartition("/")[2] for file in files} | set(waived))
    for file in files:
        for fault in _faults(file.binary, target, shipped):
            yield f"{file.path}: {fault}"


def _faults(
    found: SharedObject | str | None, target: Target, shipped: frozenset[str]
) -> Iterator[str]:
    if found is None:
        return
    if isinstance(found, str):
        yield found
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
