"""Reads the packager's command line and runs what it names."""

from __future__ import annotations

from collections.abc import Sequence

from command_line.ending import Ending, invoke
from command_line.lazy_group import LazyGroup
from packager.errors import PackagingError
from packager.progress import say

_NAMES = (
    "all",
    "audit",
    "bill",
    "check",
    "contents",
    "dependencies",
    "explain",
    "function",
    "image",
    "layer",
    "licences",
    "lock",
    "relock",
    "report",
    "verify",
)
COMMANDS = {name: f"packager.commands.{name}:command" for name in _NAMES}
PURPOSE = "Make zips of the catalogue's layers and functions from sources and locks."


def run(arguments: Sequence[str]) -> int:
    """Run one command; 0 when it did what it was asked, 1 when it says on stderr why not."""
    ending = Ending(
        problems=(PackagingError,),
        of_others=_of_files,
        interrupted="interrupted; nothing half-built was kept, and the same command goes on",
        tell=say,
    )
    group = LazyGroup("python -m packager", PURPOSE, COMMANDS)
    return ending.of(lambda: invoke(group, arguments, obj=arguments))


def _of_files(error: Exception) -> str | None:
    if not isinstance(error, OSError):
        return None
    what = f"{error.filename}: {error.strerror}" if error.filename else str(error)
    return f"{what}. Nothing half-built was kept; mend it and run it again."
