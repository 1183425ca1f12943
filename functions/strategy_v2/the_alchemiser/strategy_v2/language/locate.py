"""Where an item of a form stands: read again, since only errors ever ask."""

from __future__ import annotations

from the_alchemiser.strategy_v2.language.source import Source
from the_alchemiser.strategy_v2.language.tokens import CLOSE, OPEN, TOKEN
from the_alchemiser.strategy_v2.language.tree import Form


def item_offset(source: Source, form: Form, index: int) -> int:
    """Find the offset of a form's item; one past the last is the closing bracket."""
    depth = found = 0
    for match in TOKEN.finditer(source.text, form.offset + 1):
        kind = match.lastindex or 0
        if depth == 0 and (found == index or kind == CLOSE):
            return match.start(kind)
        depth += (kind == OPEN) - (kind == CLOSE)
        found += depth == 0
    return form.offset
