"""What is wrong with a stack's settings, said in one message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, order=True, slots=True)
class Problem:
    """One thing that is wrong."""

    key: str
    """Dotted path of the key in the stack's file, or the name of what else is at fault."""
    expected: str
    found: str


class SettingsError(Exception):
    """The stack's settings cannot be used; nothing was touched."""

    def __init__(self, stack: str, file: str, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        count = len(self.problems)
        lines = [
            f"{file}: {problem.key}: expected {problem.expected}, found {problem.found}"
            for problem in self.problems
        ]
        title = f"Stack {stack!r} has {count} problem{'s' if count > 1 else ''} in its settings:"
        super().__init__("\n  ".join([title, *lines]) + "\nNothing was touched. Correct and rerun.")
