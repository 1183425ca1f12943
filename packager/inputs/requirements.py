"""Reads what a lock pins: exact, hashed requirements, and nothing that says where to look.

The form is the one that uv and pip share:
https://pip.pypa.io/en/stable/reference/requirements-file-format/
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from packager.errors import LockError

_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})(?=\s|$)")
_PIN = re.compile(
    r"(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*"
    r"==\s*(?P<version>[^\s;,=*]+)\s*(?:;\s*(?P<marker>.*?))?\s*"
)
_COMMENT = re.compile(r"(^|\s)#.*$")
_REMAKE = "Run `python -m packager lock`."


@dataclass(frozen=True, kw_only=True, slots=True)
class Requirement:
    """One package at one version; a lock may have several for one name, each with a marker."""

    name: str
    """In its normalised form, without extras."""
    version: str
    marker: str
    hashes: frozenset[str]
    """SHA-256 of each file that may be taken for it, hex."""


def normalised(name: str) -> str:
    """Spell a distribution's name the one way that names are compared in.

    https://packaging.python.org/en/latest/specifications/name-normalization/
    """
    return re.sub(r"[-_.]+", "-", name).lower()


@cache
def read_requirements(lock: bytes | str, *, where: str) -> tuple[Requirement, ...]:
    """Read a lock; `where` names it in a LockError."""
    try:
        text = lock.decode("utf-8-sig") if isinstance(lock, bytes) else lock.removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise LockError(f"{where}: expected UTF-8, found something else ({error}).") from None
    return tuple(_requirement(line.strip(), where) for line in _logical_lines(text) if line.strip())


def pinned(requirements: tuple[Requirement, ...]) -> dict[str, str]:
    """Say which version each package has, for each marker where there are several."""
    found: dict[str, list[str]] = {}
    for it in requirements:
        found.setdefault(it.name, []).append(it.version + (f" ; {it.marker}" if it.marker else ""))
    return {name: " | ".join(versions) for name, versions in found.items()}


def _logical_lines(text: str) -> list[str]:
    lines = text.replace("\r\n", "\n").replace("\\\n", " ").split("\n")
    return [_COMMENT.sub("", line) if "#" in line else line for line in lines]


def _requirement(line: str, where: str) -> Requirement:
    if line.startswith("-"):
        option = line.split()[0].partition("=")[0]
        raise LockError(
            f"{where}: expected requirements alone, found the option {option}. Where packages come "
            "from is no part of a lock: set it in uv's settings, or in the environment."
        )
    hashes = frozenset(_HASH.findall(line))
    wanted = _HASH.sub("", line).strip()
    found = _PIN.fullmatch(wanted)
    if found is None:
        raise LockError(f"{where}: expected NAME==VERSION, found {wanted!r}. {_REMAKE}")
    if not hashes:
        raise LockError(
            f"{where}: expected {wanted} with the hashes of its files, found none. {_REMAKE}"
        )
    return Requirement(
        name=normalised(found["name"]),
        version=found["version"],
        marker=found["marker"] or "",
        hashes=hashes,
    )
