"""Versions at which a stack's settings hold functions, written by a rollback."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from operations.engine import Engine
from operations.errors import OperationError

FUNCTIONS = "alchemiser:functions"
"""Stack setting with a mapping for each function that differs; `version` holds its alias."""

_SETTINGS: TypeAdapter[dict[str, dict[str, Any]]] = TypeAdapter(dict[str, dict[str, Any]])


@dataclass(frozen=True, slots=True)
class Pins:
    """The settings of one stack, as its file has them."""

    engine: Engine

    def versions(self) -> dict[str, str]:
        """Return the version of each function that is held."""
        return {
            name: str(settings["version"])
            for name, settings in self._settings().items()
            if settings.get("version") is not None
        }

    def hold(self, versions: Mapping[str, str]) -> None:
        """Write versions into the stack's file."""
        pairs = (f"{_path(name)}.version={version}" for name, version in versions.items())
        arguments = [argument for pair in pairs for argument in ("--plaintext", pair)]
        if arguments:
            self.engine.run("config", "set-all", "--path", *arguments)

    def release(self, names: Iterable[str]) -> None:
        """Take versions out of the stack's file, and what was there only to carry them."""
        keys = tuple(_released(self._settings(), frozenset(names)))
        if keys:
            self.engine.run("config", "rm-all", "--path", *keys)

    def restore(self, versions: Mapping[str, str], names: Iterable[str]) -> None:
        """Bring the named functions back to the versions that held them before."""
        touched = frozenset(names)
        self.release(touched - versions.keys())
        self.hold({name: version for name, version in versions.items() if name in touched})

    def _settings(self) -> dict[str, dict[str, Any]]:
        found = json.loads(self.engine.read("config", "--json")).get(FUNCTIONS, {})
        try:
            return _SETTINGS.validate_python(found.get("objectValue", {}))
        except ValidationError as error:
            message = f"{FUNCTIONS}: expected a mapping for each function, found something else"
            raise OperationError(message) from error


def _released(settings: Mapping[str, Mapping[str, Any]], names: frozenset[str]) -> Iterator[str]:
    held = {name for name in names if "version" in settings.get(name, {})}
    emptied = {name for name in held if len(settings[name]) == 1}
    if settings and emptied == settings.keys():
        yield FUNCTIONS
        return
    for name in sorted(held):
        yield _path(name) if name in emptied else f"{_path(name)}.version"


def _path(name: str) -> str:
    return f"{FUNCTIONS}.{name}"
