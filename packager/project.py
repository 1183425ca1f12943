"""The project that a command runs in, fitted to what its command line says of the target."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from blueprint import Architecture

if TYPE_CHECKING:
    from blueprint import System


@dataclass(frozen=True, kw_only=True, slots=True)
class TargetChoice:
    """What a command line says of the target; None leaves what the catalogue says."""

    python: str | None = None
    architecture: str | None = None
    smallest: bool = False

    def applied(self, system: System) -> System:
        """Give the system that is meant."""
        chosen = replace(
            system,
            python=self.python or system.python,
            smallest=self.smallest or system.smallest,
        )
        return chosen.on(Architecture(self.architecture)) if self.architecture else chosen

    def spelled(self) -> Iterator[str]:
        """Give the words that say it again."""
        for name, chosen in (("python", self.python), ("architecture", self.architecture)):
            if chosen is not None:
                yield from (f"--{name}", chosen)
        if self.smallest:
            yield "--smallest"


@dataclass(frozen=True, kw_only=True, slots=True)
class Project:
    """A folder, the system in it, and what was asked."""

    root: Path
    system: System
    choice: TargetChoice = TargetChoice()
    words: tuple[str, ...] = ()
    """The command line, by which an answer is remembered."""
