"""Commands by name, each imported when it is asked for, so that none pays for another's imports."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from importlib import import_module

import click

HELPING = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
"""How each command line of this project shows its help."""


class LazyGroup(click.Group):
    """A group whose commands are given as `module:name`."""

    def __init__(self, name: str, purpose: str, commands: Mapping[str, str]) -> None:
        super().__init__(name=name, help=purpose, context_settings=dict(HELPING))
        self.places = commands

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name every command."""
        return sorted(self.places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        place = self.places.get(cmd_name)
        if place is None:
            return None
        module, _, attribute = place.partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or name those that it may have been meant for."""
        name = args[0]
        if name not in self.places and not name.startswith("-"):
            ctx.fail(f"no verb {name!r}; {nearest(name, self.places)}")
        return super().resolve_command(ctx, args)


def nearest(name: str, known: Iterable[str]) -> str:
    """Say what a word that is not known may have been meant for."""
    names = sorted(known)
    if name.upper() in names:
        return f"did you mean {name.upper()}?"
    close = difflib.get_close_matches(name, names, n=1)
    if close:
        return f"did you mean {close[0]}?"
    return f"there are: {', '.join(names)}" if names else "none is known here"
