"""What a command line for the Pulumi CLI asks for, as far as its environment depends on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

TOUCHING = frozenset(
    {"up", "update", "preview", "pre", "destroy", "dn", "refresh", "import", "watch"}
)
"""Verbs that run the program or the providers, and so need the emulator."""

WRITING_SETTINGS = frozenset({"cp", "env", "refresh", "rm", "rm-all", "set", "set-all"})
"""What `pulumi config` is followed by where it changes the stack's file."""

WITH_VALUE = frozenset(
    {
        *("-C", "--cwd", "--color", "-v", "--verbose", "--memprofilerate", "--profiling"),
        *("--tracing", "--otel-traces", "-s", "--stack", "--config-file"),
    }
)
"""Options that take a separate value and may stand before a verb or between its two words."""

DEFAULT_STACK = "local"


@dataclass(frozen=True, kw_only=True, slots=True)
class Invocation:
    """A command line, understood."""

    arguments: tuple[str, ...]
    verb: str
    subverb: str
    """The second word, where there is one: `set` of `config set`."""
    stack: str

    @property
    def touches_cloud(self) -> bool:
        """Whether resources may be read or changed."""
        return self.verb in TOUCHING and not {"--help", "-h"} & set(self.arguments)

    @property
    def reads_settings(self) -> bool:
        """Whether it runs with a stack's settings, and leaves the stack's file as it is."""
        if self.verb in TOUCHING:
            return True
        return self.verb == "config" and self.subverb not in WRITING_SETTINGS

    @property
    def rehearses(self) -> bool:
        """Whether a stack that is meant for AWS runs against the emulator."""
        return self.stack != DEFAULT_STACK


def understand(arguments: Sequence[str], default_stack: str = DEFAULT_STACK) -> Invocation:
    """Find the verb and the stack in a command line."""
    verb, subverb = _verbs(arguments)
    return Invocation(
        arguments=tuple(arguments),
        verb=verb,
        subverb=subverb,
        stack=_stack(arguments) or default_stack,
    )


def _verbs(arguments: Sequence[str]) -> tuple[str, str]:
    words: list[str] = []
    skip = False
    for word in arguments:
        if skip:
            skip = False
        elif word.startswith("-"):
            skip = word in WITH_VALUE
        else:
            words.append(word)
    verb, subverb, *_ = [*words, "", ""]
    return verb, subverb


def _stack(arguments: Sequence[str]) -> str | None:
    for place, word in enumerate(arguments):
        if word == "--":
            break
        if word in ("--stack", "-s"):
            return arguments[place + 1] if place + 1 < len(arguments) else None
        if word.startswith("--stack="):
            return word.partition("=")[2]
    return None
