"""Chooses among files that several wheels bring at one path: those that mean the same are one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from packager.check.equal_modules import mean_the_same
from packager.errors import InstallError

if TYPE_CHECKING:
    from packager.build.wheel_files import WheelFile


def one_of(files: Sequence[WheelFile]) -> WheelFile:
    """Return the file that ships; InstallError for files of which each would replace the other."""
    chosen, *others = files
    for other in others:
        if other.sha256 == chosen.sha256:
            continue
        if not mean_the_same(chosen.path, chosen.read(), other.read()):
            raise _refused(chosen, other)
        # Of namespaces the one that needs no package, and leads on to parts in other layers.
        chosen = max(chosen, other, key=lambda file: b"extend_path" in file.read())
    return chosen


def _refused(chosen: WheelFile, other: WheelFile) -> InstallError:
    one, two = chosen.wheel.index, other.wheel.index
    return InstallError(
        f"{chosen.path}: expected one owner, found {one.name} {one.version} and {two.name} "
        f"{two.version}, each of which would overwrite the other's. Lock only one of them, or put "
        "them into two layers of which no function has both."
    )
