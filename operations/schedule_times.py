"""When a schedule starts its function next, as far as that can be told from its expression."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_DAILY = re.compile(r"cron\((\d+) (\d+) [?*] \* (\S+) \*\)")
_RATE = re.compile(r"rate\((.+)\)")


def next_start(expression: str, timezone: str, now: datetime) -> str:
    """Say when it starts next; the expression itself where it is of another kind.

    Expressions are EventBridge Scheduler's:
    https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
    """
    if (rate := _RATE.fullmatch(expression)) is not None:
        return f"every {rate[1]}"
    daily = _DAILY.fullmatch(expression)
    days = None if daily is None else _days(daily[3])
    if daily is None or days is None:
        return expression
    local = now.astimezone(ZoneInfo(timezone))
    at = local.replace(hour=int(daily[2]), minute=int(daily[1]), second=0, microsecond=0)
    while at <= local or at.isoweekday() % 7 not in days:
        at += timedelta(days=1)
    return f"{at:%a %Y-%m-%d %H:%M} {timezone}"


def _days(text: str) -> frozenset[int] | None:
    if text in ("*", "?"):
        return frozenset(range(7))
    found: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        if first not in _DAYS or (last or first) not in _DAYS:
            return None
        start, end = _DAYS.index(first), _DAYS.index(last or first)
        found |= {(start + step) % 7 for step in range((end - start) % 7 + 1)}
    return frozenset(found)
