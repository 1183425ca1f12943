"""Finds the command that was asked for and ends with its status."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from cli.commands import COMMANDS
from local.problems import LocalProblem, disk_full, is_disk_full
from local.progress import say
from local.workfolder import WorkFolder


def main(root: str, arguments: list[str]) -> None:
    """Run one command; a failure that a person can act on is one message."""
    work = WorkFolder.of(Path(root))
    os.environ["ALCHEMISER_HOME"] = str(work.home)
    verb, *rest = arguments or ["help"]
    command = COMMANDS.get(verb)
    if command is None:
        say(f"error: no command {verb!r}; there are: {', '.join(sorted(COMMANDS))}")
        sys.exit(2)
    try:
        sys.exit(command(work, rest))
    except LocalProblem as problem:
        say(f"error: {problem}")
    except OSError as error:
        if not is_disk_full(error):
            raise
        say(f"error: {disk_full(work.home)}")
    except KeyboardInterrupt:
        say("interrupted; the next run goes on from here")
    sys.exit(1)
