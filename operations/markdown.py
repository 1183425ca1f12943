"""Text as Markdown shows it, whatever is in it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence


def code(text: str) -> str:
    """Set text as code; a fence longer than any run of backticks in it holds them."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * (longest + 1)
    padding = " " if longest else ""
    return f"{fence}{padding}{_one_line(text)}{padding}{fence}"


def plain(text: str) -> str:
    """Set text as it is: no markup of its own is read."""
    named = _one_line(text).replace("&", "&amp;").replace("<", "&lt;")
    return re.sub(r"([\\`*_\[\]~#])", r"\\\1", named)


def listed(names: Iterable[str]) -> str:
    """Set names as code, one after the other."""
    return ", ".join(code(name) for name in names)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], numbers: int = 0) -> str:
    """Lay out cells that are set already; the last so many columns hold numbers."""
    rules = ["---"] * (len(heads) - numbers) + ["---:"] * numbers
    lines = [heads, *rows]
    # GitHub reads a bar as the end of a cell, in code too.
    laid = [
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines
    ]
    return "\n".join([laid[0], f"|{'|'.join(rules)}|", *laid[1:]])


def folded(title: str, body: str) -> str:
    """Fold what few will read."""
    return f"<details><summary>{html.escape(title)}</summary>\n\n{body}\n\n</details>"


def _one_line(text: str) -> str:
    return " ".join(text.split())
