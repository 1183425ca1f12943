"""Options that several verbs take."""

from __future__ import annotations

import click

from operations.errors import OperationError
from operations.logs import seconds_in
from operations.stack_access import STACKS

ON_STACK = click.option(
    "--stack", type=click.Choice(STACKS), default="local", show_default=True, help="which stack"
)
ONE_FUNCTION = click.option("--function", default="", help="only this function; without it, all")
REHEARSE = click.option(
    "--rehearse", is_flag=True, envvar="REHEARSE", help="on MiniStack instead of AWS"
)


def a_span(_context: click.Context, _option: click.Parameter, given: str) -> str:
    """Refuse what is no span of time before anything is done."""
    try:
        seconds_in(given or "0s")
    except OperationError as error:
        raise click.BadParameter(str(error)) from error
    return given


WATCH = click.option(
    "--watch",
    default="",
    callback=a_span,
    help="follow alarms for so long, and go back if one fires",
)
