"""Finds the test modules that a library's own code imports, and which therefore must ship.

numpy.testing, for one, imports numpy._core.tests._natype.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from packager.inputs.sources import SourceFile

_IMPORT = re.compile(
    rb"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import[ \t]+\(?([^#\n]*)|import[ \t]+([\w.]+))",
    re.MULTILINE,
)
_TEST = re.compile(r"(?:^|\.)tests?(?:\.|$)")
_NAME = re.compile(r"\w+")


def imported_tests(files: Mapping[str, SourceFile], kept: set[str]) -> set[str]:
    """Name the files of test modules that kept modules import, with all that those import."""
    found: set[str] = set()
    waiting = [path for path in kept if path.endswith(".py")]
    while waiting:
        path = waiting.pop()
        content = Path(files[path].location).read_bytes()
        if b"test" not in content:
            continue
        for module in _imported(path, content):
            fresh = {file for file in _files_of(module) if file in files} - kept - found
            found |= fresh
            waiting.extend(fresh)
    return found


def _imported(path: str, content: bytes) -> Iterator[str]:
    package = path.split("/")[:-1]
    for match in _IMPORT.finditer(content):
        origin, names, plain = (group.decode("ascii", "ignore") for group in match.groups(b""))
        module = plain or _absolute(origin, package)
        candidates = [module, *(f"{module}.{name}" for name in _NAME.findall(names))]
        yield from (candidate for candidate in candidates if _TEST.search(candidate))


def _absolute(origin: str, package: list[str]) -> str:
    name = origin.lstrip(".")
    depth = len(origin) - len(name)
    if depth == 0:
        return name
    parents = package[: len(package) - depth + 1]
    return ".".join([*parents, name]).strip(".")


def _files_of(module: str) -> Iterator[str]:
    """List where a module may be, and the packages around it."""
    parts = module.split(".")
    for depth in range(1, len(parts) + 1):
        folder = "/".join(parts[:depth])
        yield f"{folder}/__init__.py"
    yield f"{'/'.join(parts)}.py"
