"""Takes what make was given, as options of the verb that it calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import click

from command_line.lazy_group import LazyGroup, nearest

GIVEN_VARIABLE = "ALCHEMISER_GIVEN"
"""Names the variables on make's command line; their values are in variables of these names."""

EVERYWHERE = frozenset({"REHEARSE", "SHELL", "YES"})
"""Variables that make may be given whatever the target: who reads them reads the environment."""

PREFIXES = ("ALCHEMISER_", "AWS_", "PULUMI_", "PYTEST_")


def given(group: LazyGroup, words: Sequence[str], environment: Mapping[str, str]) -> dict[str, str]:
    """Give a verb's options as make's command line has them; raise UsageError for others."""
    verb = words[0]
    command = group.get_command(click.Context(group), verb)
    if command is None:
        return {}
    known = {
        option.opts[0].lstrip("-").replace("-", "_").upper(): str(option.name)
        for option in command.params
        if isinstance(option, click.Option) and not {*option.opts} & {*words}
    }
    names = environment.get(GIVEN_VARIABLE, "").split()
    unknown = [
        name
        for name in names
        if name not in known and name not in EVERYWHERE and not name.startswith(PREFIXES)
    ]
    if unknown:
        raise click.UsageError(_refusal(verb, sorted(unknown), known))
    values = {known[name]: environment.get(name, "") for name in names if name in known}
    return {option: value for option, value in values.items() if value}


def as_make_says(missing: click.MissingParameter) -> click.UsageError:
    """Name an option that is missing as who calls make would give it."""
    option = missing.param
    name = option.opts[0].lstrip("-").replace("-", "_").upper() if option else "an option"
    return click.UsageError(f"{name}=… is missing", missing.ctx)


def _refusal(verb: str, unknown: Sequence[str], known: Mapping[str, str]) -> str:
    if len(unknown) == 1:
        return f"{verb} knows no variable {unknown[0]}; {nearest(unknown[0], known)}"
    each = [f"{name} ({nearest(name, known)})" for name in unknown]
    return f"{verb} knows none of these variables: {', '.join(each)}"
