"""How long ago something was, in the words of a screen."""

from __future__ import annotations

from datetime import timedelta

_LONGEST_MIN = 120
_LONGEST_H = 48


def age(span: timedelta) -> str:
    """Write a span in minutes, hours or days, whichever tells enough."""
    minutes = max(0, round(span.total_seconds() / 60))
    if minutes < _LONGEST_MIN:
        return f"{minutes} min"
    hours = round(minutes / 60)
    return f"{hours} h" if hours < _LONGEST_H else f"{round(hours / 24)} days"
