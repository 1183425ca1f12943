"""Every handler imports offline from the built zips, whichever of them Python looks into first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from packager.check.interpreters import Interpreter
from packager.check.isolation import Place, run_isolated
from packager.store.manifest import BuiltArtifact

_NAMED = 3
"""Files that are named of those that were written."""
_MISSING = re.compile(r"No module named '([\w.]+)'")


def orders(place: Place) -> dict[str, tuple[Path, ...]]:
    """Say where Python looks first, second and so on; Lambda's own order comes first."""
    layers = place.opt / "python"
    return {
        "the function before its layers": (place.task, layers),
        "the layers before the function": (layers, place.task),
    }


def import_faults(
    interpreter: Interpreter, handler: str, layers: Sequence[BuiltArtifact], place: Place
) -> Iterator[str]:
    """Say why the handler does not import, and in which order where that is another matter."""
    module, _, attribute = handler.rpartition(".")
    statement = f"from {module} import {attribute}\nassert callable({attribute})"
    ways = orders(place)
    before = _state(place)
    with ThreadPoolExecutor(len(ways)) as threads:
        found = threads.map(
            lambda path: run_isolated(interpreter, statement, path, place), ways.values()
        )
        faults = dict(zip(ways, found, strict=True))
    for fault in dict.fromkeys(filter(None, faults.values())):
        failing = [order for order in ways if faults[order] == fault]
        where = "" if len(failing) == len(ways) else f" with {failing[0]} on the path"
        yield f"{handler} does not import{where}: {fault}. {_advice(fault, handler, layers)}"
    written = sorted(path for path, state in _state(place).items() if before.get(path) != state)
    if written:
        yield (
            f"importing {handler} wrote {', '.join(written[:_NAMED])}, where Lambda lets nobody "
            "write. Write below /tmp, or in the handler."
        )


def _state(place: Place) -> dict[str, tuple[int, int]]:
    """Tell size and time of every file, which also shows what a program or C code has written."""
    found: dict[str, tuple[int, int]] = {}
    for shown, folder in (("/var/task", place.task), ("/opt", place.opt)):
        for path in folder.rglob("*"):
            if path.is_file():
                about = path.stat()
                where = f"{shown}/{path.relative_to(folder)}"
                found[where] = (about.st_size, about.st_mtime_ns)
    return found


def _advice(fault: str, handler: str, layers: Sequence[BuiltArtifact]) -> str:
    missing = _MISSING.search(fault)
    if missing is None:
        return "Run the same import in the project's environment to see all of it."
    names = ", ".join(layer.name for layer in layers) or "none"
    if missing[1].split(".")[0] == handler.split(".")[0]:
        return (
            f"That is our own code, and neither the function's folder nor its layers ({names}) "
            "ship it. Add the file, or the layer that has it to the function's entry."
        )
    return (
        f"Its layers are {names}: add the package to the dependency group of one of them and run "
        "`python -m packager lock`, or add the layer that has it to the function's entry."
    )
