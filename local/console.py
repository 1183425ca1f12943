"""The console that results are printed on."""

from __future__ import annotations

from rich.console import Console

PIPED_COLUMNS = 80
"""As wide as the terminals in which a file is looked at."""


def result_console() -> Console:
    """Give one as wide as the terminal, and of a fixed width where nobody looks at it."""
    console = Console()
    return console if console.is_terminal else Console(width=PIPED_COLUMNS)
