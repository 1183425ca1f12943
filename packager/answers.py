"""Gives a command's last answer again where nothing that it was made from has changed.

Files are compared as git compares them with its index: by what the file system says of them (times,
size, inode, mode), without reading any. An answer is kept only if all of them have been at rest for
a while, since two writes within one tick of the clock cannot be told apart. This module loads
nothing, because what it saves is the loading of everything else.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence

HOME_VARIABLE = "PACKAGER_HOME"
"""Folder to build in, whatever the project says."""
REST_NS = 100_000_000
"""Coarser than any clock that file systems take their times from."""
_COMMANDS = ("all",)


def recall(arguments: Sequence[str]) -> str | None:
    """Return what a command said last, if it would say the same now; else None."""
    if not arguments or arguments[0] not in _COMMANDS:
        return None
    place = _place(arguments)
    if place is None:
        return None
    try:
        with open(place, encoding="utf-8") as stream:  # noqa: PTH123
            question, count, rest = stream.read().split("\n", 2)
        lines = rest.split("\n", int(count))
    except (OSError, ValueError):
        return None
    if question != _question(arguments):
        return None
    said = lines.pop()
    same = all(line == _line(line.split(" ", 5)[-1]) for line in lines)
    return said if same else None


def remember(arguments: Sequence[str], said: str, paths: Iterable[str]) -> None:
    """Keep an answer with all files and folders that it was made from; absolute paths."""
    place = _place(arguments)
    if place is None:
        return
    lines = [_line(path) for path in sorted(set(paths))]
    latest = max(int(time) for line in lines for time in line.split(" ", 2)[:2])
    if latest > time.time_ns() - REST_NS:
        return
    os.makedirs(os.path.dirname(place), exist_ok=True)  # noqa: PTH103, PTH120
    fresh = f"{place}.{os.getpid()}"
    with open(fresh, "w", encoding="utf-8") as stream:  # noqa: PTH123
        stream.write("\n".join([_question(arguments), str(len(lines)), *lines, said]))
    os.replace(fresh, place)  # noqa: PTH105


def loaded_sources() -> Iterator[str]:
    """Name the file of every module that is loaded from outside the interpreter's own folders."""
    for module in tuple(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if file and not file.startswith((sys.prefix, sys.base_prefix)):
            yield os.path.abspath(file)  # noqa: PTH100


def _place(arguments: Sequence[str]) -> str | None:
    """Say where an answer is kept; None where that cannot be told without a parser."""
    home = os.environ.get(HOME_VARIABLE) or _home()
    if home is None:
        return None
    name = "_".join(arguments).replace(os.sep, "_")
    return os.path.join(os.getcwd(), home, "build", "answers", name)  # noqa: PTH109, PTH118


def _home() -> str | None:
    """Find `home = "…"` of [tool.packager], as packager.store.output reads it with a parser."""
    try:
        with open("pyproject.toml", encoding="utf-8") as stream:  # noqa: PTH123
            section = stream.read().partition("\n[tool.packager]\n")[2].partition("\n[")[0]
    except (OSError, ValueError):
        return None
    for line in section.split("\n"):
        if line.startswith('home = "'):
            return _expanded(line.removeprefix('home = "').rpartition('"')[0])
    return None


def _expanded(value: str) -> str | None:
    """Replace `${NAME:-what counts without it}` at the beginning of a setting."""
    if not value.startswith("${"):
        return value if "$" not in value and value else None
    variable, brace, rest = value[2:].partition("}")
    name, default, without = variable.partition(":-")
    if not (brace and default) or "$" in rest:
        return None
    return (os.environ.get(name) or without) + rest


def _question(arguments: Sequence[str]) -> str:
    return repr([*arguments, os.getcwd(), sys.executable, sys.version])  # noqa: PTH109


def _line(path: str) -> str:
    try:
        found = os.stat(path)  # noqa: PTH116
    except OSError:
        return f"0 0 0 0 0 {path}"
    return (
        f"{found.st_mtime_ns} {found.st_ctime_ns} {found.st_size} {found.st_ino} {found.st_mode} "
        f"{path}"
    )
