"""A strategy's text, and errors that point into it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from the_alchemiser.shared.errors import StrategyError
from the_alchemiser.strategy_v2.language.discards import without_discards
from the_alchemiser.strategy_v2.language.tokens import CLOSING, OPENING, TOKEN
from the_alchemiser.strategy_v2.language.tree import Form

MAX_FOUND = 60
"""Characters of the offending text that an error quotes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """The text of one file."""

    file: str
    """Name for messages, such as `nested/regime-tree.clj`."""
    text: str
    """What the file says; where it discards something there are spaces."""

    def __post_init__(self) -> None:
        """Leave out what is discarded, in place."""
        object.__setattr__(self, "text", without_discards(self.text))

    def lines(self) -> list[int]:
        """List where the lines end, for whoever asks about many offsets."""
        return [match.start() for match in re.finditer("\n", self.text)]

    def position(self, offset: int) -> tuple[int, int]:
        """Turn an offset into line and column, both counted from 1."""
        offset = max(offset, 0)
        line = self.text.count("\n", 0, offset) + 1
        return line, offset - self.text.rfind("\n", 0, offset)

    def place(self, offset: int) -> str:
        """Name an offset as editors do, such as `nested/regime-tree.clj:3:7`."""
        line, column = self.position(offset)
        return f"{self.file}:{line}:{column}"

    def fault(self, offset: int, *, expected: str, found: str) -> StrategyError:
        """Make the error for what stands at an offset."""
        line, column = self.position(offset)
        found = shorten(found)
        return StrategyError(
            f"{self.place(offset)}: expected {expected}, found {found}",
            details={
                "file": self.file,
                "line": line,
                "column": column,
                "expected": expected,
                "found": found,
            },
        )


def shorten(text: str) -> str:
    """Cut text to what a message can carry."""
    text = " ".join(text.split())
    return text if len(text) <= MAX_FOUND else text[: MAX_FOUND - 1] + "…"


def item_offset(source: Source, form: Form, index: int) -> int:
    """Find the offset of a form's item; one past the last is the closing bracket.

    Read again, since only errors ever ask.
    """
    depth = found = 0
    for match in TOKEN.finditer(source.text, form.offset + 1):
        token = match[1]
        if depth == 0 and (found == index or token in CLOSING):
            return match.start(1)
        depth += (token in OPENING) - (token in CLOSING)
        found += depth == 0
    return form.offset
