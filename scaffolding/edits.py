"""Puts a function into the files that list all functions, and leaves their form as it is."""

from __future__ import annotations

import re
from itertools import groupby

_FUNCTION_PATH = re.compile(r'    "functions/\w+",')
_MODULE = re.compile(r'    "the_alchemiser\.(\w+)",')
_SHARED = "shared"


def with_entry(catalogue: str, entry: str) -> str:
    """Add an entry at the end of the one tuple that ends the catalogue's file."""
    if not catalogue.endswith("    ),\n)\n"):
        raise ValueError("expected it to end with the last entry of FUNCTIONS")
    return catalogue.removesuffix(")\n") + entry + ")\n"


def with_paths(pyproject: str, name: str) -> str:
    """Add a function to every list of folders and modules that holds the others."""
    lines: list[str] = []
    for kind, group in groupby(pyproject.splitlines(), _kind):
        block = list(group)
        if kind == "folders":
            block.append(f'    "functions/{name}",')
        elif kind == "modules" and len(block) > 1:
            block = _with_module(block, name)
        lines += block
    return "\n".join(lines) + "\n"


def _kind(line: str) -> str:
    if _FUNCTION_PATH.fullmatch(line):
        return "folders"
    return "modules" if _MODULE.fullmatch(line) else ""


def _with_module(block: list[str], name: str) -> list[str]:
    """Keep shared code first, and the functions in their alphabetical order."""
    first = [line for line in block if f".{_SHARED}" in line]
    rest = [line for line in block if line not in first]
    return [*first, *sorted([*rest, f'    "the_alchemiser.{name}",'])]
