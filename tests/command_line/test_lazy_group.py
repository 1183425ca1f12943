"""Commands that are imported when they are asked for."""

from __future__ import annotations

import click
import pytest

from command_line.ending import invoke
from command_line.lazy_group import LazyGroup


@click.command
def day() -> int:
    """Trade the next day."""
    return 0


GROUP = LazyGroup(
    "tool",
    "Do things.",
    {"day": f"{__name__}:day", "fortnight": "a.module.that.is.not.there:fortnight"},
)


def test_one_command_runs_though_another_cannot_be_imported() -> None:
    assert invoke(GROUP, ["day"]) == 0
    with pytest.raises(ModuleNotFoundError):
        invoke(GROUP, ["fortnight"])


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("dya", "no verb 'dya'; did you mean day?"),
        ("year", "no verb 'year'; there are: day, fortnight"),
    ],
)
def test_a_command_that_is_not_there_is_told_what_may_have_been_meant(word: str, said: str) -> None:
    with pytest.raises(click.UsageError) as refused:
        invoke(GROUP, [word])
    assert refused.value.format_message() == said
