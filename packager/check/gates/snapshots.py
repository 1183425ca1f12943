"""Whatever a function keeps from its import may be shared by all that start from one snapshot."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from packager.check import kept_state
from packager.check.gates.imports import orders
from packager.check.interpreters import Interpreter
from packager.check.isolation import Place, run_isolated

_MENDING = (
    "Every environment that starts from one snapshot would share it: make it in the handler, or "
    "in a hook after restore (snapshot_restore_py.register_after_restore)."
)


def snapshot_faults(interpreter: Interpreter, handler: str, place: Place) -> Iterator[str]:
    """Import a handler twice, and name each line that left a socket open or keeps what differs."""
    first, second = (_state(interpreter, handler, place) for _ in range(2))
    for fault in (first, second):
        if isinstance(fault, str):
            yield f"{handler} does not import to be looked at: {fault}"
            return
    for line in first["sockets"]:
        yield (
            f"{_shown(line, place)} opens a socket while importing and leaves it open; it is dead "
            "after a restore. Open it in the handler, or in a hook after restore."
        )
    for where in sorted(first["kept"].keys() | second["kept"].keys()):
        if first["kept"].get(where) != second["kept"].get(where):
            yield (
                f"{_shown(where, place)} is another in each import: a clock, an id or a seed that "
                f"is kept. {_MENDING}"
            )


def _state(interpreter: Interpreter, handler: str, place: Place) -> Any:
    """Return what one import has left behind, or what went wrong."""
    module, _, attribute = handler.rpartition(".")
    places = (f"{place.task.resolve()}/", f"{place.opt.resolve()}/")
    program = Path(kept_state.__file__).read_text(encoding="utf-8")
    # The one writable folder of Lambda; the check's own copy of it is gone when it returns.
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        told = Path(folder, "state.json")
        statement = (
            f"looked = {{'__name__': 'kept_state'}}\n"
            f"exec(compile({program!r}, '<kept state>', 'exec'), looked)\n"
            f"made = looked['watch_sockets']({places!r})\n"
            f"from {module} import {attribute}\n"
            f"looked['tell'](made, {places!r}, {str(told)!r})\n"
        )
        lambdas_order = next(iter(orders(place).values()))
        # Sets have another order under each seed, which is no fault of what is kept.
        fault = run_isolated(interpreter, statement, lambdas_order, place, hash_seed="0")
        return json.loads(told.read_text(encoding="utf-8")) if fault is None else fault


def _shown(where: str, place: Place) -> str:
    """Name a file as it lies on Lambda."""
    task, opt = str(place.task.resolve()), str(place.opt.resolve())
    return where.replace(task, "/var/task").replace(opt, "/opt")
