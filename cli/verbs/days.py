"""Verbs of the trading day and of what is traded on it."""

from __future__ import annotations

import click

from cli.days import trade_day, trade_days
from cli.strategies import show_strategies
from local.day.calendar import parse_day, parse_range
from local.workfolder import WorkFolder


@click.command
@click.option("--date", default="", help="which day; without it, the one after the last")
@click.pass_obj
def day(work: WorkFolder, date: str) -> int:
    """Trade another day on the local stack."""
    return trade_day(work, parse_day(date) if date else None)


@click.command
@click.option("--from", "from", required=True, help="first day, such as 2022-03-15")
@click.option("--to", "to", required=True, help="last day")
@click.pass_obj
def days(work: WorkFolder, /, **bounds: str) -> int:
    """Trade a range of days and draw the equity."""
    return trade_days(work, parse_range(bounds["from"], bounds["to"]))


@click.command
@click.option("--file", default="", help="one file of strategies/; without it, all")
@click.option("--date", default="", help="the day to decide on; without it, the newest")
@click.pass_obj
def strategies(work: WorkFolder, file: str, date: str) -> int:
    """Show what strategies want and why."""
    return show_strategies(work, file, date)
