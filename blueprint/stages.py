"""The stages that a system goes through, each a stack of its own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Stage:
    """One stack of a system, by its name."""

    name: str
    emulated: bool = False
    """Whether it lives on an emulator of AWS on whatever machine runs the program."""
    promoted_from: str | None = None
    """Stage whose layer keys and function digests are all that this one may run."""
