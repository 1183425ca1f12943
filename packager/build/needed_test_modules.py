"""Finds the test modules that a library's own code imports, and which therefore must ship.

numpy.testing, for one, imports numpy._core.tests._natype.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

TEST_MODULE = re.compile(r"(?:test_.*|.*_test|conftest)\.py")
_TEST = re.compile(r"(?:^|\.)tests?(?:\.|$)")
_DOTTED = re.compile(r"\.?\w+(?:\.\w+)+(?::[\w.]+)?", re.ASCII)
_BEGUN = re.compile(r"(\.?(?:\w+\.)*tests?)\.(?:%s|\{\w*\})?", re.ASCII)
"""A name whose end is put to it when the program runs."""
_WALKING = (b"iter_modules", b"walk_packages")
ALL = ".*"
"""Ends the name of a package of which every module may be loaded."""


class Asking(Protocol):
    """A file, as far as it asks for others."""

    @property
    def test_modules(self) -> tuple[str, ...]:
        """Modules of tests that it imports, by their absolute names."""


def asked_test_modules(path: str, content: bytes) -> tuple[str, ...]:
    """Name what a module imports that may be a test, lazily or by a name in quotes included."""
    if path.endswith(".dist-info/entry_points.txt"):
        return _of_tests(_named(line.partition("=")[2].strip(), []) for line in _lines(content))
    in_tests = _TEST.search(path.replace("/", ".")) is not None
    if not path.endswith(".py") or not (in_tests or b"test" in content):
        return ()
    try:
        with warnings.catch_warnings(action="ignore"):
            tree = ast.parse(content)
    # Code for another Python, or nested too deep: nothing here can import it.
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return ()
    package = path.split("/")[:-1]
    found = [name for node in ast.walk(tree) for name in _imported(node, package)]
    if any(word in content for word in _WALKING):
        found += [f"{name}{ALL}" for name in found if name.endswith((".tests", ".test"))]
    return _of_tests([found])


def _of_tests(found: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(sorted({name for names in found for name in names if _TEST.search(name)}))


def _lines(content: bytes) -> list[str]:
    return content.decode("utf-8", "replace").splitlines()


def needed_test_files(files: Mapping[str, Asking], kept: Iterable[str]) -> set[str]:
    """Name the files of test modules that kept modules import, with all that those import."""
    shipping = set(kept)
    found: set[str] = set()
    waiting = [path for path in shipping if files[path].test_modules]
    while waiting:
        for module in files[waiting.pop()].test_modules:
            fresh = {file for file in _files_of(module, files) if file in files} - shipping - found
            found |= fresh
            waiting.extend(fresh)
    return found


def _imported(node: ast.AST, package: list[str]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        module = _absolute(node, package)
        yield from (module, *(f"{module}.{alias.name}" for alias in node.names))
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield from _named(node.value, package)


def _named(text: str, package: list[str]) -> Iterator[str]:
    """Take a text for a module, `module:attribute` or `module.attribute`, as loaders do.

    One that begins with a dot is below the package: as import_module has it, and as the end of a
    name that is put together.
    """
    begun = _BEGUN.fullmatch(text)
    if begun is None and _DOTTED.fullmatch(text) is None:
        return
    name = begun[1] if begun else text.partition(":")[0]
    name = ".".join([*package, name[1:]]) if name.startswith(".") else name
    yield from (f"{name}{ALL}",) if begun else (name, name.rpartition(".")[0])


def _absolute(node: ast.ImportFrom, package: list[str]) -> str:
    if node.level == 0:
        return node.module or ""
    parents = package[: len(package) - node.level + 1]
    return ".".join([*parents, *([node.module] if node.module else [])])


def _files_of(module: str, files: Iterable[str]) -> Iterator[str]:
    """List where a module may be, and the packages around it; or all but tests of a package."""
    if module.endswith(ALL):
        module = module.removesuffix(ALL)
        folder = f"{module.replace('.', '/')}/"
        inside = (path.removeprefix(folder) for path in files if path.startswith(folder))
        yield from (
            f"{folder}{it}" for it in inside if "/" not in it and not TEST_MODULE.fullmatch(it)
        )
    parts = module.split(".")
    for depth in range(1, len(parts) + 1):
        folder = "/".join(parts[:depth])
        yield f"{folder}/__init__.py"
    yield f"{'/'.join(parts)}.py"
