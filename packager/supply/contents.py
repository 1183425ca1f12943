"""Says what an artifact is made of, and what to drop where it is over a budget."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

OWN = "our own code"
_FOLDERS = 5
"""Folders that are named of each package, the largest first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """One file that is in an artifact, or that was left out of it."""

    package: str
    """Name and version of what brings it, or OWN."""
    path: str
    unzipped_bytes: int
    rule: str = ""
    """Why it was left out."""


def table_of(files: Sequence[Held]) -> Iterator[str]:
    """List packages with their largest folders, the largest first."""
    total = sum(file.unzipped_bytes for file in files) or 1
    for package, size in _sums((file.package, file.unzipped_bytes) for file in files):
        yield f"  {package:40}{size:>14,}{size / total:>8.1%}"
        folders = _sums(
            (_folder(file.path), file.unzipped_bytes) for file in files if file.package == package
        )
        for folder, part in folders[:_FOLDERS] if len(folders) > 1 else ():
            yield f"    {folder:38}{part:>14,}"


def left_out_table(files: Sequence[Held]) -> Iterator[str]:
    """List the rules of slimming with what each left out, the largest first."""
    for rule, size in _sums((file.rule, file.unzipped_bytes) for file in files):
        of_rule = [file for file in files if file.rule == rule]
        packages = _sums((file.package, file.unzipped_bytes) for file in of_rule)
        named = ", ".join(package for package, _ in packages[:_FOLDERS])
        yield f"  {rule:40}{size:>14,}  {len(of_rule):,} files of {named}"


def to_drop(sizes: Mapping[str, int], too_many_bytes: int) -> list[str]:
    """Choose what brings an artifact into its budget: one package, or as few as can be.

    Returns all packages where even all of them are not enough.
    """
    enough = [name for name, size in sizes.items() if size >= too_many_bytes]
    if enough:
        return [min(enough, key=lambda name: (sizes[name], name))]
    chosen: list[str] = []
    for name, size in _sums(sizes.items()):
        if too_many_bytes <= 0:
            break
        chosen.append(name)
        too_many_bytes -= size
    return chosen


def _folder(path: str) -> str:
    """Name the folder two levels below the top, where most packages tell their parts apart."""
    folders = path.split("/")[:-1]
    return "/".join(folders[:2]) or "."


def _sums(sized: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    sums: Counter[str] = Counter()
    for name, size in sized:
        sums[name] += size
    return sorted(sums.items(), key=lambda it: (-it[1], it[0]))
