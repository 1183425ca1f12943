"""The console that results are printed on."""

from __future__ import annotations

from rich.console import Console

WIDEST = 200


def wide_console() -> Console:
    """Give a console that never cuts an ARN off where nobody looks at the width."""
    console = Console()
    return console if console.is_terminal else Console(width=WIDEST)
