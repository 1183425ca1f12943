"""Rows that are read on a terminal: as wide as it is, and whole for whoever pipes them on."""

from __future__ import annotations

import shutil
import sys
import textwrap


def show(row: str, indent: int) -> None:
    """Print a row; on a terminal, what does not fit goes on below it, so many columns in."""
    if not sys.stdout.isatty():
        print(row)
        return
    fitted = textwrap.fill(
        row,
        width=shutil.get_terminal_size().columns,
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    print(fitted)
