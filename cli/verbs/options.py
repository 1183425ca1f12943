"""Options that several verbs take."""

from __future__ import annotations

import click

from operations.stack_access import STACKS

ON_STACK = click.option(
    "--stack", type=click.Choice(STACKS), default="local", show_default=True, help="which stack"
)
ONE_FUNCTION = click.option("--function", default="", help="only this function; without it, all")
REHEARSE = click.option(
    "--rehearse", is_flag=True, envvar="REHEARSE", help="on MiniStack instead of AWS"
)


WATCH = click.option(
    "--watch", default="", help="follow alarms for so long, and go back if one fires"
)
