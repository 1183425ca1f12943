"""Runs the verb that was asked for and ends with its status."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from cli.command_line import GIVEN_VARIABLE, CommandLine
from cli.verbs.table import VERBS
from local.problems import LocalProblem, disk_full, is_disk_full
from local.progress import say
from local.workfolder import WorkFolder
from operations.errors import OperationError
from packager.errors import PackagingError

MISUSED = 2
"""Status of a command line that was not understood."""


OF_MAKE = (GIVEN_VARIABLE, "MAKEFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "MFLAGS")
"""What the make that called must not hand on to another that is started from here."""


def main(root: str, arguments: list[str]) -> None:
    """Run one verb; a failure that a person can act on is one message."""
    work = WorkFolder.of(Path(root))
    os.environ["ALCHEMISER_HOME"] = str(work.home)
    sys.exit(run(work, arguments or ["--help"]))


def run(work: WorkFolder, arguments: list[str]) -> int:
    """Run one verb and give its status."""
    try:
        return _run(work, arguments)
    except click.ClickException as error:
        say(f"error: {_who(error)}{error.format_message()}")
        return MISUSED
    except (LocalProblem, OperationError, PackagingError) as problem:
        say(f"error: {problem}")
    except OSError as error:
        if not is_disk_full(error):
            raise
        say(f"error: {disk_full(work.home)}")
    except (KeyboardInterrupt, click.Abort):
        say("interrupted; what is made is recorded, and the same command goes on from here")
    return 1


def _run(work: WorkFolder, arguments: list[str]) -> int:
    line = CommandLine(VERBS)
    # `operate VERB` is how operations were called when they had a command line of their own.
    words = arguments[1:] if arguments[0] == "operate" else arguments
    given = line.given(words, os.environ) if words else {}
    for name in OF_MAKE:
        os.environ.pop(name, None)
    status = line.main(
        words,
        prog_name=str(line.name),
        standalone_mode=False,
        obj=work,
        default_map={words[0]: given} if words else None,
    )
    return int(status or 0)


def _who(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    name = context.info_name if context and context.parent else ""
    return f"{name}: " if name else ""
