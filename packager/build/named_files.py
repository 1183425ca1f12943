"""Finds the documents that a library's own code opens by name, and which therefore must ship.

Prompts and templates are kept as Markdown by some libraries, whose code reads them from beside it.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

DOCUMENT_SUFFIXES = (".md", ".rst")
DOCUMENT_FOLDERS = frozenset({"doc", "docs"})

_LONGEST_NAME = 200
_LISTING = (b"listdir", b"scandir", b"iterdir", b"glob", b"os.walk", b".walk(", b"contents(")
"""What a module says that reads folders."""
_PLACE = re.compile(r"\*+|%s|%\(\w+\)s|\{[^{}/]*\}|\$\{?\w+\}?")


def is_document(path: str) -> bool:
    """Tell whether a file is documentation, unless code asks for it."""
    *folders, name = path.split("/")
    return name.endswith(DOCUMENT_SUFFIXES) or not DOCUMENT_FOLDERS.isdisjoint(folders)


def named_documents(module: str, content: bytes, documents: Iterable[str]) -> tuple[str, ...]:
    """Say which documents of its own package a module names, in any text in quotes.

    By their path or how it ends, by `*.md` and the like, by the name of a folder for documents, or
    by that of any folder where the module lists folders.
    """
    package = f"{module.split('/')[0]}/"
    near = [path for path in documents if path.startswith(package)]
    if not near or not module.endswith(".py") or not _mentions(content, near):
        return ()
    texts = set(_texts(content))
    lists = any(word in content for word in _LISTING)
    return tuple(
        path
        for path in sorted(near)
        if _is_named(path, texts) or (lists and _is_listed(path, texts))
    )


def _mentions(content: bytes, documents: Iterable[str]) -> bool:
    """Tell without parsing whether a module may name any of the documents."""
    words = {*DOCUMENT_SUFFIXES, *DOCUMENT_FOLDERS}
    words |= {path.rpartition("/")[2] for path in documents}
    if any(word in content for word in _LISTING):
        words |= {path.split("/")[-2] for path in documents}
    return any(word.encode() in content for word in words)


def _texts(content: bytes) -> Iterator[str]:
    try:
        with warnings.catch_warnings(action="ignore"):
            tree = ast.parse(content)
    # Code for another Python, or nested too deep: nothing here can import it.
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return
    prose = {id(text) for text in _docstrings(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            text = node.value.replace("\\", "/").removeprefix("./")
            if 0 < len(text) < _LONGEST_NAME and not re.search(r"\s", text):
                yield text


def _docstrings(tree: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            yield node.value


def _is_named(path: str, texts: set[str]) -> bool:
    *folders, name = path.split("/")
    endings = {"/".join((*folders, name)[start:]) for start in range(len(folders) + 1)}
    if endings & texts or any(fnmatchcase(it, text) for text in _patterns(texts) for it in endings):
        return True
    ends = {text for text in texts if text.endswith(DOCUMENT_SUFFIXES)} - {*DOCUMENT_SUFFIXES}
    if any(path.endswith(text) for text in ends):
        return True
    suffix = f".{name.rpartition('.')[2]}"
    if suffix in DOCUMENT_SUFFIXES and not _is_notice(name):
        return bool({suffix, f"*{suffix}", f"**/*{suffix}"} & texts)
    inside = {folder for folder in folders if folder in DOCUMENT_FOLDERS}
    dotted = {".".join(folders[: depth + 1]) for depth in range(len(folders))}
    return bool((inside | dotted) & texts)


def _is_listed(path: str, texts: set[str]) -> bool:
    """Tell a document in a folder that a module names, which may then read all that is in it."""
    *folders, name = path.split("/")
    ends = {"/".join(folders[start:]) for start in range(1, len(folders))}
    return bool(ends & texts or ".".join(folders) in texts) and not _is_notice(name)


def _patterns(texts: set[str]) -> set[str]:
    """Read texts with places for others, of any spelling, as patterns of documents."""
    found = {_PLACE.sub("*", text).lstrip("/") for text in texts if _PLACE.search(text)}
    return {
        it for it in found if it.endswith(DOCUMENT_SUFFIXES) and it.rpartition(".")[0].strip("*/")
    }


def _is_notice(name: str) -> bool:
    return name.partition(".")[0].upper() in {"README", "CHANGELOG", "CHANGES", "HISTORY"}
