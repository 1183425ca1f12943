"""Where an item of a form stands: read again, since only errors ever ask."""

from __future__ import annotations

from the_alchemiser.strategy_v2.language.source import Source
from the_alchemiser.strategy_v2.language.tokens import CLOSING, OPENING, TOKEN
from the_alchemiser.strategy_v2.language.tree import Form


def item_offset(source: Source, form: Form, index: int) -> int:
    """Find the offset of a form's item; one past the last is the closing bracket."""
    depth = found = 0
    for match in TOKEN.finditer(source.text, form.offset + 1):
        token = match[1]
        if depth == 0 and (found == index or token in CLOSING):
            return match.start(1)
        depth += (token in OPENING) - (token in CLOSING)
        found += depth == 0
    return form.offset
