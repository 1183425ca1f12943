"""Gathers what every lock of a project pins, for whoever asks whether it is known to be bad."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from packager.errors import LockError
from packager.inputs.git_locks import LAYERS_FOLDER
from packager.inputs.requirements import normalised

PYTHON, GO = "PyPI", "Go"
"""Ecosystems, as OSV spells them: https://ossf.github.io/osv-schema/#defined-ecosystems"""

_REQUIREMENT = re.compile(r"([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?==([^\s;\\]+)")
_MODULE = re.compile(r"\s*(?:require\s+)?([\w.-]+\.[a-z]+(?:/\S+)?) v(\S+)")


@dataclass(frozen=True, order=True, slots=True)
class Pin:
    """One release that a lock names."""

    ecosystem: str
    name: str
    version: str
    lock: str
    """Root-relative path of the file that names it."""


def read_pins(root: Path) -> tuple[Pin, ...]:
    """Read each layer's lock, each uv.lock and each go.mod below a project's root."""
    found: set[Pin] = set()
    for path in sorted(root.glob(f"{LAYERS_FOLDER}/*/requirements.txt")):
        found.update(_requirements(path, root))
    for path in _below(root, "uv.lock"):
        found.update(_uv_lock(path, root))
    for path in _below(root, "go.mod"):
        found.update(_go_modules(path, root))
    return tuple(sorted(found))


def _below(root: Path, name: str) -> Iterator[Path]:
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(it for it in folders if it[0] != "." and it != "node_modules")
        if name in files:
            yield Path(folder) / name


def _requirements(path: Path, root: Path) -> Iterator[Pin]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if match := _REQUIREMENT.match(line):
            yield Pin(PYTHON, normalised(match[1]), match[2], str(path.relative_to(root)))


def _uv_lock(path: Path, root: Path) -> Iterator[Pin]:
    try:
        packages = tomllib.loads(path.read_text(encoding="utf-8")).get("package", [])
        for package in packages:
            if "registry" in package.get("source", {}):
                name, version = normalised(package["name"]), package["version"]
                yield Pin(PYTHON, name, version, str(path.relative_to(root)))
    except (tomllib.TOMLDecodeError, KeyError, UnicodeDecodeError) as error:
        raise LockError(f"{path}: expected a lock of uv, found what is none: {error}") from None


def _go_modules(path: Path, root: Path) -> Iterator[Pin]:
    """Read what a module is built with: since Go 1.17 its go.mod lists all of it.

    https://go.dev/ref/mod#go-mod-file-require
    """
    for line in path.read_text(encoding="utf-8").splitlines():
        if match := _MODULE.match(line):
            yield Pin(GO, match[1], match[2], str(path.relative_to(root)))
