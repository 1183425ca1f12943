"""Finds Python files that Python cannot read, before anything is built of them."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path

from packager.errors import SourceError
from packager.inputs.sources import SourceFile
from packager.store.wheels import WheelStore

SYNTAX_VERSION = 1
"""Raised with anything that is looked for here."""


def refuse_broken(
    root: Path, what: str, files: Iterable[SourceFile], key: str, store: WheelStore
) -> None:
    """Raise SourceError with file, line and caret for each file that does not compile.

    That all do is remembered of the key, which stands for their bytes, and of this very Python.
    """
    subject = f"{key}.read-by-{'.'.join(map(str, sys.version_info[:3]))}"
    if store.recall(subject, SYNTAX_VERSION):
        return
    faults = list(_faults(root, files))
    if faults:
        raise SourceError(f"{what} is not Python that runs:\n" + "\n".join(faults))
    store.remember(subject, SYNTAX_VERSION, True)


def _faults(root: Path, files: Iterable[SourceFile]) -> Iterator[str]:
    for file in files:
        if not file.path.endswith(".py"):
            continue
        try:
            with warnings.catch_warnings(action="ignore"):
                compile(file.read(), file.location, "exec", dont_inherit=True)
        except SyntaxError as error:
            yield _told(os.path.relpath(file.location, root), error)
        except (ValueError, MemoryError, RecursionError) as error:
            yield f"  {os.path.relpath(file.location, root)}: {error}"


def _told(path: str, error: SyntaxError) -> str:
    where = path if error.lineno is None else f"{path}, line {error.lineno}"
    lines = [f"  {where}: {error.msg}"]
    if error.text and error.offset:
        text = error.text.rstrip("\n")
        indent = len(text) - len(text.lstrip())
        lines.append(f"    {text.lstrip()}")
        lines.append(f"    {' ' * max(error.offset - 1 - indent, 0)}^")
    return "\n".join(lines)
