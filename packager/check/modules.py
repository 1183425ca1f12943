"""Names what an artifact lets Python import."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Protocol

from packager.check.equal_modules import declares_namespace
from packager.inputs.patterns import folders_of


class Module(Protocol):
    """A file, as far as imports look at it."""

    @property
    def path(self) -> str:
        """Where it is below the folder that Python looks into."""

    def read(self) -> bytes:
        """Return its content."""


IMPORTED_SUFFIXES = (".py", ".so", ".pyc")
"""Of byte code, only what stands for a source that does not ship ever gets this far."""


def importable_modules(
    paths: Iterable[str], namespaces: Collection[str] = frozenset()
) -> tuple[str, ...]:
    """Name the modules at the top, and those just below where a folder is only a namespace.

    `namespaces` are the `__init__.py` that say so; where there is none, a folder is one.
    """
    modules = [
        path for path in paths if path.endswith(IMPORTED_SUFFIXES) and path not in namespaces
    ]
    packages = {path.rpartition("/")[0] for path in modules if _is_init(path)}
    return tuple(sorted({_top(path, packages) for path in modules}))


def namespaces_of(files: Iterable[Module]) -> frozenset[str]:
    """Name each `__init__.py` that declares a namespace, in no folder but those of others."""
    inits = {it.path: it for it in files if it.path.endswith("/__init__.py")}
    found: set[str] = set()
    for path in sorted(inits, key=lambda path: path.count("/")):
        above = {f"{folder}/__init__.py" for folder in folders_of([path.rpartition("/")[0]])}
        if (above & inits.keys()) <= found and declares_namespace(inits[path].read()):
            found.add(path)
    return frozenset(found)


def clashes(first: Iterable[str], second: Iterable[str]) -> tuple[str, ...]:
    """Name modules that both have, or that one of them hides from the other."""
    others = set(second)
    mine = set(first)
    hidden = {name for name in mine if others & set(_parents(name))}
    hiding = {other for other in others if mine & set(_parents(other))}
    return tuple(sorted((mine & others) | hidden | hiding))


def _is_init(path: str) -> bool:
    return path.endswith(("/__init__.py", "/__init__.pyc"))


def _top(path: str, packages: set[str]) -> str:
    parts = path.split("/")
    for depth in range(1, len(parts)):
        folder = "/".join(parts[:depth])
        if folder in packages:
            return folder.replace("/", ".")
    module = parts[-1].split(".")[0]
    return ".".join([*parts[:-1], module])


def _parents(name: str) -> Iterable[str]:
    parts = name.split(".")
    return (".".join(parts[:depth]) for depth in range(1, len(parts)))
