"""Which files ship and which never do."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import translate
from functools import cache

INCLUDED = ("**/*.py", "**/*.clj", "config/*.json")
"""What ships of a function or of a sources layer, by path inside the zip; the rest stays behind."""

NEVER_FOLDERS = (
    "__pycache__",
    "*.egg-info",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".hypothesis",
    ".tox",
    ".nox",
    ".cache",
    ".venv",
    ".vscode",
    ".idea",
    ".aws",
    ".git",
    ".hg",
    ".svn",
)
"""Folders that never ship, wherever they are."""

NEVER_FILES = ("*.pyo", ".env*", ".DS_Store", ".gitignore", ".gitattributes")
"""Files that never ship, neither ours nor those that come in wheels."""

NEVER_OWN_FILES = (
    "*.pyc",
    "*.md",
    ".editorconfig",
    "pyproject.toml",
    "*.lock",
    "setup.py",
    "setup.cfg",
    ".coverage",
)
"""Files that never ship from our own sources; a wheel may have a module of such a name."""


def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(translate(pattern) for pattern in patterns))


def as_expression(pattern: str) -> str:
    """Translate a pattern: `**/` is any number of folders, `*` stays within one, `**` does not."""
    parts = map(re.escape, pattern.split("**/"))
    return "(?:.*/)?".join(it.replace(r"\*\*", ".*").replace(r"\*", "[^/]*") for it in parts)


_INCLUDED = re.compile("|".join(f"(?:{as_expression(pattern)})" for pattern in INCLUDED))
_NEVER_FOLDER = _any_of(NEVER_FOLDERS)
_NEVER_FILE = _any_of(NEVER_FILES)
_NEVER_OWN_FILE = _any_of(NEVER_FILES + NEVER_OWN_FILES)


def is_included(path: str) -> bool:
    """Tell whether a path inside the zip is one of the kinds that ship."""
    return _INCLUDED.fullmatch(path) is not None


@cache
def is_never_folder(name: str) -> bool:
    """Tell whether a folder of this name never ships."""
    return _NEVER_FOLDER.match(name) is not None


@cache
def is_never_file(name: str, *, own: bool) -> bool:
    """Tell whether a file of this name never ships; `own` when it is not from a wheel."""
    return (_NEVER_OWN_FILE if own else _NEVER_FILE).match(name) is not None


def is_never(path: str, *, own: bool) -> bool:
    """Tell whether a path inside a zip is on the never-list."""
    *folders, name = path.split("/")
    return is_never_file(name, own=own) or any(map(is_never_folder, folders))


def folders_of(paths: Iterable[str]) -> frozenset[str]:
    """Name every folder that has one of the files in it, or deeper."""
    found: set[str] = set()
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return frozenset(found)
