"""Tells modules that differ in nothing that a program could notice, and those of namespaces."""

from __future__ import annotations

import ast
import warnings

_NAMESPACE_NAMES = frozenset(
    {"__import__", "__name__", "__path__", "ImportError", "ModuleNotFoundError"}
    | {"pkg_resources", "pkgutil", "extend_path", "declare_namespace"}
)
"""All that a namespace's `__init__.py` speaks of, in each of its ways:
https://packaging.python.org/en/latest/guides/packaging-namespace-packages/"""


_WAYS = (b"extend_path", b"declare_namespace")


def mean_the_same(path: str, one: bytes, two: bytes) -> bool:
    """Tell modules that differ in comments, blank lines or line ends alone, and namespaces."""
    if not path.endswith(".py"):
        return False
    trees = [_tree(one), _tree(two)]
    if None in trees:
        return one.replace(b"\r\n", b"\n") == two.replace(b"\r\n", b"\n")
    first, second = (ast.dump(tree) for tree in trees if tree is not None)
    return first == second or (path.endswith("__init__.py") and _are_namespaces(one, two))


def declares_namespace(content: bytes) -> bool:
    """Tell an `__init__.py` that does nothing but lead on to the other parts of its package."""
    return any(way in content for way in _WAYS) and _are_namespaces(content)


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
