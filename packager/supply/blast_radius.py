"""Says which functions a changed file of ours reaches, by what its modules import."""

from __future__ import annotations

import ast
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from packager.build.layers import PREFIX


@dataclass(frozen=True, slots=True)
class Code:
    """What a function's own modules import of one another, its layers of sources included."""

    paths: Mapping[str, str]
    """Path of each module's file, by the module's name."""
    imports: Mapping[str, frozenset[str]]

    def way_to(self, path: str, start: str) -> tuple[str, ...]:
        """Name the modules on the shortest way from one to a file; nothing where none leads there.

        A package's `__init__` runs with any of its modules, so it is on the way to each.
        """
        ways: dict[str, tuple[str, ...]] = {it: (it,) for it in self._with_parents(start)}
        waiting = list(ways)
        for module in waiting:
            if self.paths[module] == path:
                return ways[module]
            for imported in sorted(self.imports[module]):
                for name in self._with_parents(imported):
                    if name not in ways:
                        ways[name] = (*ways[module], name)
                        waiting.append(name)
        return ()

    def _with_parents(self, name: str) -> list[str]:
        parts = name.split(".")
        names = (".".join(parts[: depth + 1]) for depth in range(len(parts)))
        return [it for it in names if it in self.paths]


def read_code(archives: Iterable[Path]) -> Code:
    """Read the modules of zips, which are functions or layers of sources."""
    paths: dict[str, str] = {}
    imports: dict[str, frozenset[str]] = {}
    for archive in archives:
        with zipfile.ZipFile(archive) as opened:
            for name in opened.namelist():
                path = name.removeprefix(PREFIX)
                if path.endswith(".py"):
                    module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
                    paths[module] = path
                    imports[module] = frozenset(_imported(opened.read(name), path))
    return Code(paths, imports)


def _imported(content: bytes, path: str) -> Iterator[str]:
    package = path.split("/")[:-1]
    for node in ast.walk(ast.parse(content)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*parents, *([node.module] if node.module else [])])
            yield from (module, *(f"{module}.{alias.name}" for alias in node.names))
