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
        _variable(option): str(option.name)
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


def as_make_says(wrong: click.BadParameter) -> click.UsageError:
    """Name what is wrong or missing, all of it, as who calls make would give it."""
    if wrong.param is None or wrong.ctx is None:
        return wrong
    if not isinstance(wrong, click.MissingParameter):
        return click.UsageError(f"{_variable(wrong.param)}: {wrong.message}", wrong.ctx)
    absent = [
        f"{_variable(it)}=…"
        for it in wrong.ctx.command.params
        if it.required and it.name not in wrong.ctx.params and not wrong.ctx.lookup_default(it.name)
    ]
    verb = "is" if len(absent) == 1 else "are"
    return click.UsageError(f"{' and '.join(absent)} {verb} missing", wrong.ctx)


def _variable(option: click.Parameter) -> str:
    return option.opts[0].lstrip("-").replace("-", "_").upper()


def _refusal(verb: str, unknown: Sequence[str], known: Mapping[str, str]) -> str:
    if len(unknown) == 1:
        return f"{verb} knows no variable {unknown[0]}; {nearest(unknown[0], known)}"
    each = [f"{name} ({nearest(name, known)})" for name in unknown]
    return f"{verb} knows none of these variables: {', '.join(each)}"
