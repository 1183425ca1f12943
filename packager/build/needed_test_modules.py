"""Finds the test modules that a library's own code imports, and which therefore must ship.

numpy.testing, for one, imports numpy._core.tests._natype.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

_TEST = re.compile(r"(?:^|\.)tests?(?:\.|$)")
_BY_NAME = frozenset({"import_module", "__import__"})


class Asking(Protocol):
    """A file, as far as it asks for others."""

    @property
    def test_modules(self) -> tuple[str, ...]:
        """Modules of tests that it imports, by their absolute names."""


def asked_test_modules(path: str, content: bytes) -> tuple[str, ...]:
    """Name what a module imports that may be a test, lazily or by a name in quotes included."""
    in_tests = _TEST.search(path.replace("/", ".")) is not None
    if not path.endswith(".py") or not (in_tests or b"test" in content):
        return ()
    try:
        with warnings.catch_warnings(action="ignore"):
            tree = ast.parse(content)
    except (SyntaxError, ValueError):  # code for another Python, which nothing here can import
        return ()
    package = path.split("/")[:-1]
    found = (name for node in ast.walk(tree) for name in _imported(node, package))
    return tuple(sorted({name for name in found if _TEST.search(name)}))


def needed_test_files(files: Mapping[str, Asking], kept: Iterable[str]) -> set[str]:
    """Name the files of test modules that kept modules import, with all that those import."""
    shipping = set(kept)
    found: set[str] = set()
    waiting = [path for path in shipping if files[path].test_modules]
    while waiting:
        for module in files[waiting.pop()].test_modules:
            fresh = {file for file in _files_of(module) if file in files} - shipping - found
            found |= fresh
            waiting.extend(fresh)
    return found


def _imported(node: ast.AST, package: list[str]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        module = _absolute(node, package)
        yield from (module, *(f"{module}.{alias.name}" for alias in node.names))
    elif isinstance(node, ast.Call) and _called(node.func) in _BY_NAME and node.args:
        name = node.args[0]
        if isinstance(name, ast.Constant) and isinstance(name.value, str):
            yield name.value


def _called(function: ast.expr) -> str:
    return getattr(function, "attr", getattr(function, "id", ""))


def _absolute(node: ast.ImportFrom, package: list[str]) -> str:
    if node.level == 0:
        return node.module or ""
    parents = package[: len(package) - node.level + 1]
    return ".".join([*parents, *([node.module] if node.module else [])])


def _files_of(module: str) -> Iterator[str]:
    """List where a module may be, and the packages around it."""
    parts = module.split(".")
    for depth in range(1, len(parts) + 1):
        folder = "/".join(parts[:depth])
        yield f"{folder}/__init__.py"
    yield f"{'/'.join(parts)}.py"
