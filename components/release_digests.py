"""By what a release tells whether settings or wiring were others, without writing them down."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any

from blueprint import System
from components.settings import StackSettings

CHARACTERS = 16
"""Enough of a digest to tell values apart."""

# What belongs to the run, what operations write themselves, and what nobody may guess at.
_LEFT_OUT = frozenset(
    {
        "stage",
        "emulated",
        "promoted_from",
        "endpoint",
        "rehearsal",
        "held",
        "paused",
        "secret_values",
    }
)


def settings_digests(settings: StackSettings) -> dict[str, str]:
    """Digest each setting of a stack, by its key; a mapping's entries each by their own."""
    told = settings.model_dump(mode="json", exclude=set(_LEFT_OUT), exclude_none=True)
    return {key: _digest(value) for key, value in _flat("", told)}


def wiring_digest(system: System) -> str:
    """Digest everything that a catalogue says, as fitted to the stack."""
    return _digest(_plain(system))


def _flat(prefix: str, values: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(f"{prefix}{key}.", value)
        else:
            yield f"{prefix}{key}", value


def _digest(value: object) -> str:
    text = json.dumps(value, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:CHARACTERS]


def _plain(value: Any) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {it.name: _plain(getattr(value, it.name)) for it in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, frozenset | set):
        return sorted(str(item) for item in value)
    return value if isinstance(value, str | int | float | bool | None) else str(value)
