"""Chooses among files that several wheels bring at one path: those that mean the same are one."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING

from packager.errors import InstallError

if TYPE_CHECKING:
    from packager.build.wheel_files import WheelFile

_NAMESPACE_NAMES = frozenset(
    {"__import__", "__name__", "__path__", "ImportError", "ModuleNotFoundError"}
    | {"pkg_resources", "pkgutil", "extend_path", "declare_namespace"}
)
"""All that a namespace's `__init__.py` speaks of, in each of its ways:
https://packaging.python.org/en/latest/guides/packaging-namespace-packages/"""


def one_of(files: Sequence[WheelFile]) -> WheelFile:
    """Return the file that ships; InstallError for files of which each would replace the other."""
    chosen, *others = files
    for other in others:
        if other.sha256 == chosen.sha256:
            continue
        one, two = chosen.read(), other.read()
        if chosen.path.endswith("__init__.py") and _are_namespaces(one, two):
            # What needs no package to be there, and what leads on to other layers' parts, wins.
            chosen = max(chosen, other, key=lambda file: b"extend_path" in file.read())
        elif not _means_the_same(chosen.path, one, two):
            raise _refused(chosen, other)
    return chosen


def _means_the_same(path: str, one: bytes, two: bytes) -> bool:
    """Tell modules that differ in comments, blank lines or line ends alone."""
    if not path.endswith(".py"):
        return False
    trees = [_tree(one), _tree(two)]
    if None in trees:
        return one.replace(b"\r\n", b"\n") == two.replace(b"\r\n", b"\n")
    first, second = (ast.dump(tree) for tree in trees if tree is not None)
    return first == second


def _are_namespaces(*contents: bytes) -> bool:
    """Tell modules that declare a namespace, in whichever way, or say nothing."""
    return all((tree := _tree(it)) is not None and _is_namespace(tree) for it in contents)


def _is_namespace(tree: ast.Module) -> bool:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            return False
        names = {node.id} if isinstance(node, ast.Name) else set()
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = {alias.asname or alias.name for alias in node.names}
        if not names <= _NAMESPACE_NAMES:
            return False
    return True


def _tree(content: bytes) -> ast.Module | None:
    try:
        with warnings.catch_warnings(action="ignore"):
            return ast.parse(content)
    # Code for another Python, or nested too deep.
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None


def _refused(chosen: WheelFile, other: WheelFile) -> InstallError:
    one, two = chosen.wheel.index, other.wheel.index
    return InstallError(
        f"{chosen.path}: expected one owner, found {one.name} {one.version} and {two.name} "
        f"{two.version}, each of which would overwrite the other's. Lock only one of them, or put "
        "them into two layers of which no function has both."
    )
