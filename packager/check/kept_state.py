"""Tells what an import has left behind that a snapshot would hand to every copy of itself.

This file's text runs inside the interpreter of a check, before the handler and after it, so it uses
nothing but the standard library. Two imports are told apart by what they kept: a clock, an id or a
seed is another in each; see
https://docs.aws.amazon.com/lambda/latest/dg/snapstart-uniqueness.html.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import sys
import weakref
from collections.abc import Iterator
from typing import Any

DEEPEST = 4
MOST = 500
SIMPLE = ("str", "bytes", "int", "float", "complex", "Decimal", "UUID", "datetime", "time")


def watch_sockets(places: tuple[str, ...]) -> list[Any]:
    """Remember every socket that is made, with the line of what ships that made it."""
    made: list[Any] = []

    def look(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "socket.__new__":
            made.append((weakref.ref(arguments[0]), _line(places)))

    sys.addaudithook(look)
    return made


def tell(made: list[Any], places: tuple[str, ...], file: str) -> None:
    """Write down which sockets are open, and what each module that ships keeps."""
    sockets = [line for socket, line in made if (found := socket()) and found.fileno() != -1]
    with open(file, "w", encoding="utf-8") as stream:  # noqa: PTH123
        json.dump({"sockets": sockets, "kept": dict(_kept(places))}, stream)


def _line(places: tuple[str, ...]) -> str:
    frame = sys._getframe(2)
    while frame is not None:
        if frame.f_code.co_filename.startswith(places):
            return f"{frame.f_code.co_filename}:{frame.f_lineno}"
        frame = frame.f_back  # type: ignore[assignment]
    return "a module of the runtime"


def _kept(places: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for name, module in sorted(sys.modules.items()):
        # Some modules load what they are asked for, so none is asked for what it may not have.
        file = _own(module).get("__file__")
        if not isinstance(file, str) or not file.startswith(places):
            continue
        lines = _assignments(file)
        for variable, value in sorted(_own(module).items()):
            if variable.startswith("__"):
                continue
            where = f"{file}:{lines.get(variable, 1)}"
            for path, state in _states(value, f"{name}.{variable}", name, DEEPEST):
                yield f"{where}: {path}", state


def _assignments(file: str) -> dict[str, int]:
    try:
        with open(file, "rb") as stream:  # noqa: PTH123
            body = ast.parse(stream.read()).body
    except (OSError, SyntaxError, ValueError):
        return {}
    return {
        name.id: node.lineno
        for node in body
        for name in ast.walk(node)
        if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)
    } | {node.name: node.lineno for node in body if isinstance(node, ast.ClassDef)}


def _states(value: Any, path: str, module: str, deep: int) -> Iterator[tuple[str, str]]:
    kind = type(value)
    if kind.__name__ in SIMPLE:
        yield path, repr(value).replace(os.environ.get("TMPDIR", "/tmp"), "/tmp")
    elif kind.__name__ == "date":
        yield path, _day(value)
    elif (state := _generator(value)) is not None:
        yield path, hashlib.sha256(repr(state).encode()).hexdigest()
    elif deep:
        for step, part in _parts(value, kind, module):
            yield from _states(part, f"{path}{step}", module, deep - 1)


def _day(value: Any) -> str:
    """Tell today's date as if it were another in each import; it will be, some day."""
    import time

    today = (time.strftime("%Y-%m-%d"), time.strftime("%Y-%m-%d", time.gmtime()))
    return f"{value} {os.urandom(4).hex()}" if str(value) in today else str(value)


def _generator(value: Any) -> Any:
    """Return the state of what makes random numbers out of a seed; None for anything else."""
    for state in ("getstate", "get_state"):
        if callable(getattr(type(value), state, None)) and hasattr(type(value), "seed"):
            try:
                return getattr(value, state)()
            except (NotImplementedError, TypeError):
                return None
    is_numpys = f"{type(value).__module__}.{type(value).__name__}".startswith("numpy.random.")
    bits = getattr(value, "bit_generator", None) if is_numpys else None
    return None if bits is None else bits.state


def _parts(value: Any, kind: type, module: str) -> list[tuple[str, Any]]:
    if isinstance(value, (list, tuple, set, frozenset)):
        return _items(value)
    if isinstance(value, dict):
        named = [(f"[{key!r}]", part) for key, part in value.items() if isinstance(key, str)]
        return named[:MOST]
    if isinstance(value, type):
        own = _own(value)
        ours = own.items() if own.get("__module__") == module else ()
        return [(f".{name}", part) for name, part in ours if not name.startswith("__")]
    if kind.__module__ in ("builtins", "types", "functools", "re", "typing", "logging", "_thread"):
        return []
    return [(f".{name}", part) for name, part in _own(value).items()]


def _own(value: Any) -> dict[str, Any]:
    """Return the attributes that something has, without asking it."""
    try:
        return dict(object.__getattribute__(value, "__dict__"))
    except (AttributeError, TypeError):
        return {}


def _items(value: Any) -> list[tuple[str, Any]]:
    """List the parts of a sequence; what may come out of a set has another order each time."""
    simple = all(type(part).__name__ in SIMPLE for part in value)
    if isinstance(value, (set, frozenset)) or (simple and len(value) > 1):
        return [("[…]", repr(sorted(map(repr, value))))] if simple else []
    return [(f"[{number}]", part) for number, part in enumerate(value[:MOST])]
