"""Chooses, among the wheels that fit a target, the one that is made for it most of all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from packaging.tags import Tag, compatible_tags, cpython_tags
from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from packager.target import Target

_LEGACY = {17: "manylinux2014", 12: "manylinux2010", 5: "manylinux1"}
"""https://packaging.python.org/en/latest/specifications/platform-compatibility-tags/"""


def best_wheel(names: Iterable[str], target: Target) -> str | None:
    """Return the file name that an installer on the target would take; None where none fits."""
    ranked = [(rank, name) for name in names if (rank := _rank(name, target)) is not None]
    return min(ranked)[1] if ranked else None


def _rank(name: str, target: Target) -> tuple[int, tuple[int, str]] | None:
    """Order by tags, the most specific first, and then by build, the latest first."""
    try:
        _, _, build, tags = parse_wheel_filename(name)
    except InvalidWheelFilename:
        return None
    order = _order(target)
    places = [order[tag] for tag in tags if tag in order]
    number, rest = build or (0, "")
    return (min(places), (-number, rest)) if places else None


@cache
def _order(target: Target) -> dict[Tag, int]:
    platforms = list(_platforms(target))
    interpreter = f"cp{target.python.replace('.', '')}"
    tags = [
        *cpython_tags(target.version, platforms=platforms),
        *compatible_tags(target.version, interpreter, platforms),
    ]
    order: dict[Tag, int] = {}
    for place, tag in enumerate(tags):
        order.setdefault(tag, place)
    return order


def _platforms(target: Target) -> Iterator[str]:
    """List what the runtime's image can load, the newest glibc first."""
    machine = target.machine
    major, minor = target.glibc
    for older in range(minor, 4, -1):
        yield f"manylinux_{major}_{older}_{machine}"
        if older in _LEGACY:
            yield f"{_LEGACY[older]}_{machine}"
    yield f"linux_{machine}"
