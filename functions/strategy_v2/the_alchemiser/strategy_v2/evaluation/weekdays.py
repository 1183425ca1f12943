"""Days as numbers: weekdays counted back from the last one before the day of trading."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

TODAY = 1
"""The set that holds only today."""

MAX_HISTORY_CALENDAR_DAYS = 45
MAX_HISTORY = 33
"""Weekdays that 45 calendar days can hold."""


class Weekdays:
    """The weekdays up to the last one before `as_of`, by how many lie between."""

    def __init__(self, as_of: date) -> None:
        self._today = _number(as_of - timedelta(days=1))
        self._lengths: dict[tuple[int, int], int] = {}

    def day(self, back: int) -> date:
        """Return the weekday that lies `back` weekdays before today."""
        return _date(self._today - back)

    def history_length(self, back: int, window: int) -> int:
        """Count the weekdays over which a window's history is looked for, that day included."""
        key = (back, window)
        length = self._lengths.get(key)
        if length is None:
            calendar_days = min(int(2.5 * window) + 10, MAX_HISTORY_CALENDAR_DAYS)
            before = _number(self.day(back) - timedelta(days=calendar_days))
            length = self._lengths[key] = self._today - back - before
        return length

    def history(self, days: int, window: int, slack: int | None) -> int:
        """Return the days whose weights earn the returns of a window's history, seen from `days`.

        The weights of one day earn the return of the next, hence one day earlier throughout. With
        `slack`, only as many days as the window has, and so many more.
        """
        result = 0
        while days:
            bit = days & -days
            back = bit.bit_length() - 1
            length = self.history_length(back, window)
            if slack is not None:
                length = min(length, window + slack)
            result |= ((1 << length) - 1) << (back + 1)
            days ^= bit
        return result


def bits(days: int) -> list[int]:
    """List how far back the days of a set lie, the latest first."""
    result = []
    while days:
        bit = days & -days
        result.append(bit.bit_length() - 1)
        days ^= bit
    return result


def days_as_bools(days: int, span: int) -> NDArray[np.bool_]:
    """Spread a set of days out, today first."""
    content = (days & (1 << span) - 1).to_bytes((span + 7) // 8, "little")
    return np.unpackbits(np.frombuffer(content, np.uint8), count=span, bitorder="little").view(
        np.bool_
    )


def bools_as_days(holds: NDArray[np.bool_]) -> int:
    """Gather the days on which something holds, which are given from today backwards."""
    return int.from_bytes(np.packbits(holds, bitorder="little").tobytes(), "little")


def weekdays_between(first: date, last: date) -> int:
    """Count how many weekdays one day lies behind another."""
    return _number(last) - _number(first)


@lru_cache(maxsize=4096)
def _number(day: date) -> int:
    """Count weekdays; Saturday and Sunday count as the Friday before."""
    week, weekday = divmod(day.toordinal() - 1, 7)
    return week * 5 + min(weekday, 4)


@lru_cache(maxsize=4096)
def _date(number: int) -> date:
    week, weekday = divmod(number, 5)
    return date.fromordinal(week * 7 + weekday + 1)
