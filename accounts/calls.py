"""What the operations call on AWS: recorded from rehearsed runs, and what no rehearsal shows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """The calls of every duty, and the kinds of resources that each may name."""

    recorded: Mapping[str, tuple[str, ...]]
    """Actions by duty, as the emulator saw them while the duty's make targets ran."""
    beyond: Mapping[str, tuple[str, ...]]
    """Actions by duty that no rehearsal shows; the file gives a reason for each."""
    kinds: Mapping[str, tuple[str, ...]]
    """Kinds of the program's resources by action, from the service authorization reference."""

    def of(self, duty: str) -> tuple[str, ...]:
        """List the actions of one duty."""
        return tuple(sorted({*self.recorded.get(duty, ()), *self.beyond.get(duty, ())}))


@cache
def read_calls() -> Calls:
    """Read what is on record beside this module."""
    return Calls(
        recorded=_tuples(_read("recorded.json")),
        beyond={
            duty: tuple(action for actions in reasons.values() for action in actions)
            for duty, reasons in _read("beyond.json").items()
        },
        kinds=_tuples(_read("kinds.json")),
    )


def _tuples(found: Mapping[str, list[str]]) -> Mapping[str, tuple[str, ...]]:
    return {key: tuple(values) for key, values in found.items()}


def _read(name: str) -> Any:
    return json.loads((_FOLDER / name).read_text(encoding="utf-8"))
