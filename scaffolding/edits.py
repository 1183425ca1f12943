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


def with_named_table(references: str, table: str) -> str:
    """Give a table the short name that grants and variables use."""
    kind = "Reference(ResourceKind.TABLE, "
    last = [line for line in references.splitlines() if kind in line][-1]
    name = constant(table)
    return replaced(references, f"{last}\n", f'{last}\n{name} = {kind}"{table}")\n')


def with_table(storage: str, table: str, function: str) -> str:
    """Add a table behind all others."""
    tables, end, rest = storage.partition("\n)\n")
    if "\nTABLES = (" not in tables or not end:
        raise ValueError("expected TABLES as its first tuple")
    purpose = f"Days that {function} worked for."
    entry = f'\n    TableSpec(\n        name="{table}",\n        purpose="{purpose}",\n    ),'
    return tables + entry + end + rest


def with_queue(messaging: str, queue: str, function: str) -> str:
    """Add a queue before those that hold what failed."""
    anchor = "    QueueSpec(\n        name=UNDELIVERED,"
    entry = f'    QueueSpec(name="{queue}", purpose="What {function} is to work off."),\n'
    return replaced(messaging, anchor, entry + anchor)


def constant(table: str) -> str:
    """Spell a table as its short name."""
    return table.replace("-", "_").upper()


def replaced(text: str, old: str, new: str) -> str:
    """Replace the one place that has the old text."""
    if text.count(old) != 1:
        raise ValueError(f"expected {old!r} once, found it {text.count(old)} times")
    return text.replace(old, new)


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
