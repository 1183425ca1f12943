"""From any Python >= 3.11 to the project's own: the first thing that every command does."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from cli.setup.environment import ensure_environment
from local.problems import LocalProblem, disk_full, is_disk_full
from local.progress import say
from local.workfolder import WorkFolder

ROOT = Path(__file__).parents[2]


def main(arguments: list[str]) -> None:
    """Make the environment if need be, then become the command line in it."""
    work = WorkFolder.of(ROOT)
    # Many containers set this. Each command would then compile some 450 modules of the SDKs anew,
    # which is a third of a preview; what is kept lies in .venv and in ignored folders.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    try:
        work.begin()
        python = ensure_environment(work)
    except LocalProblem as problem:
        say(f"error: {problem}")
        sys.exit(1)
    except OSError as error:
        say(f"error: {disk_full(work.home) if is_disk_full(error) else error}")
        sys.exit(1)
    except KeyboardInterrupt:
        say("interrupted; the next run goes on from here")
        sys.exit(1)
    os.execv(python, [str(python), "-P", "-m", "cli", *arguments])
