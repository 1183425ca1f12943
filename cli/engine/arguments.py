"""What a command line for the Pulumi CLI asks for, as far as its environment depends on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

TOUCHING = frozenset(
    {"up", "update", "preview", "pre", "destroy", "dn", "refresh", "import", "watch"}
)
"""Verbs that run the program or the providers, and so need the emulator."""

WITH_VALUE = frozenset({"-C", "--cwd", "--color", "-v", "--verbose", "--profiling", "--tracing"})
"""Options before the verb that take a separate value."""

DEFAULT_STACK = "local"


@dataclass(frozen=True, kw_only=True, slots=True)
class Invocation:
    """A command line, understood."""

    arguments: tuple[str, ...]
    verb: str
    stack: str

    @property
    def touches_cloud(self) -> bool:
        """Whether resources may be read or changed."""
        return self.verb in TOUCHING and not {"--help", "-h"} & set(self.arguments)

    @property
    def rehearses(self) -> bool:
        """Whether a stack that is meant for AWS runs against the emulator."""
        return self.stack != DEFAULT_STACK


def understand(arguments: Sequence[str], default_stack: str = DEFAULT_STACK) -> Invocation:
    """Find the verb and the stack in a command line."""
    return Invocation(
        arguments=tuple(arguments),
        verb=_verb(arguments),
        stack=_stack(arguments) or default_stack,
    )


def _verb(arguments: Sequence[str]) -> str:
    skip = False
    for word in arguments:
        if skip:
            skip = False
        elif word.startswith("-"):
            skip = word in WITH_VALUE
        else:
            return word
    return ""


def _stack(arguments: Sequence[str]) -> str | None:
    for place, word in enumerate(arguments):
        if word == "--":
            break
        if word in ("--stack", "-s"):
            return arguments[place + 1] if place + 1 < len(arguments) else None
        if word.startswith("--stack="):
            return word.partition("=")[2]
    return None
