"""The one command line: finds a verb, reads its options, and takes what make was given."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from importlib import import_module

import click

GIVEN_VARIABLE = "ALCHEMISER_GIVEN"
"""Names the variables on make's command line; their values are in variables of these names."""

EVERYWHERE = frozenset({"REHEARSE", "SHELL", "YES"})
"""Variables that make may be given whatever the target: who reads them reads the environment."""

PREFIXES = ("ALCHEMISER_", "AWS_", "PULUMI_", "PYTEST_")


class CommandLine(click.Group):
    """A group whose commands are imported when they are asked for."""

    def __init__(self, verbs: Mapping[str, str]) -> None:
        super().__init__(
            name="local/run",
            help="Package, check, deploy and run The Alchemiser.",
            context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
        )
        self._verbs = verbs

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name every verb."""
        return sorted(self._verbs)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a verb's command."""
        place = self._verbs.get(cmd_name)
        if place is None:
            return None
        module, _, attribute = place.partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the verb, or name those that it may have been meant for."""
        name = args[0]
        if name not in self._verbs and not name.startswith("-"):
            ctx.fail(f"no verb {name!r}; {_nearest(name, self._verbs)}")
        return super().resolve_command(ctx, args)

    def given(self, words: Sequence[str], environment: Mapping[str, str]) -> dict[str, str]:
        """Give a verb's options as make's command line has them; raise UsageError for others."""
        verb = words[0]
        command = self.get_command(click.Context(self), verb)
        if command is None:
            return {}
        known = {
            option.opts[0].lstrip("-").replace("-", "_").upper(): str(option.name)
            for option in command.params
            if isinstance(option, click.Option) and not {*option.opts} & {*words}
        }
        values = {}
        for name in environment.get(GIVEN_VARIABLE, "").split():
            if name in known:
                values[known[name]] = environment.get(name, "")
            elif name not in EVERYWHERE and not name.startswith(PREFIXES):
                raise click.UsageError(f"{verb} knows no variable {name}; {_nearest(name, known)}")
        return {option: value for option, value in values.items() if value}


def _nearest(name: str, known: Mapping[str, str]) -> str:
    if name.upper() in known:
        return f"did you mean {name.upper()}?"
    close = difflib.get_close_matches(name, known, n=1)
    if close:
        return f"did you mean {close[0]}?"
    return f"there are: {', '.join(sorted(known))}" if known else "none is known here"
