"""Runs the verb that was asked for and ends with its status."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from cli.make_variables import GIVEN_VARIABLE, as_make_says, given
from cli.verbs.table import VERBS
from command_line.ending import Ending, invoke
from command_line.lazy_group import LazyGroup
from local.problems import LocalProblem, disk_full, is_disk_full
from local.progress import say
from local.workfolder import WorkFolder
from operations.credentials import refused_access
from operations.errors import OperationError
from packager.errors import PackagingError

OF_MAKE = (GIVEN_VARIABLE, "MAKEFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "MFLAGS")
"""What the make that called must not hand on to another that is started from here."""


ROOT = Path(__file__).parents[1]


def main(arguments: list[str]) -> None:
    """Run one verb; a failure that a person can act on is one message."""
    # local/run finds this checkout by it; what is started from here finds its own.
    os.environ.pop("PYTHONPATH", None)
    work = WorkFolder.of(ROOT)
    os.environ["ALCHEMISER_HOME"] = str(work.home)
    sys.exit(run(work, arguments))


def run(work: WorkFolder, arguments: list[str]) -> int:
    """Run one verb and give its status."""
    ending = Ending(
        problems=(LocalProblem, OperationError, PackagingError),
        of_others=lambda error: _told(work, error),
        interrupted="interrupted; what is made is recorded, and the same command goes on from here",
        tell=say,
    )
    return ending.of(lambda: _run(work, arguments))


def _told(work: WorkFolder, error: Exception) -> object | None:
    if isinstance(error, OSError) and is_disk_full(error):
        return disk_full(work.home)
    return refused_access(error)


def _run(work: WorkFolder, arguments: list[str]) -> int:
    line = LazyGroup("local/run", "Package, check, deploy and run The Alchemiser.", VERBS)
    # `operate VERB` is how operations were called when they had a command line of their own.
    words = arguments[1:] if arguments[:1] == ["operate"] else arguments
    defaults = {words[0]: given(line, words, os.environ)} if words else None
    is_make = GIVEN_VARIABLE in os.environ
    for name in OF_MAKE:
        os.environ.pop(name, None)
    try:
        return invoke(line, words, obj=work, default_map=defaults)
    except click.BadParameter as wrong:
        raise (as_make_says(wrong) if is_make else wrong) from None
