"""Days, counted back from the last weekday before the day of trading, which is 0; and sets of them.

A set is a number whose bit n stands for the day n weekdays back: thousands of them are united and
cut for one file, and a machine does that to numbers of a hundred bits at once.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    class DaySet:
        """What a set of days can do; it is no number to anybody else, and empty sets are false."""

        def __init__(self, bits: int) -> None: ...

        def __and__(self, other: DaySet) -> DaySet: ...
        def __or__(self, other: DaySet) -> DaySet: ...
        def __xor__(self, other: DaySet) -> DaySet: ...
        def __invert__(self) -> DaySet: ...
        def __bool__(self) -> bool: ...
        def __int__(self) -> int: ...
        def bit_count(self) -> int:
            """Count the days."""
            ...

else:
    DaySet = int


NO_DAYS = DaySet(0)

TODAY = DaySet(1)
"""The set that holds only today."""


def one_day(back: int) -> DaySet:
    """Give the set of one day."""
    return DaySet(1 << back)


@lru_cache(maxsize=64)
def each_day(count: int) -> tuple[DaySet, ...]:
    """List the sets of one day each, from today backwards."""
    return tuple(one_day(back) for back in range(count))


def last_days(count: int, back: int = 0) -> DaySet:
    """Give the set of so many days, the last of which lies so far back."""
    return DaySet(((1 << count) - 1) << back)


def holds_day(days: DaySet, back: int) -> bool:
    """Tell whether a day is in a set."""
    return bool(int(days) >> back & 1)


def days_back(days: DaySet) -> list[int]:
    """List how far back the days of a set lie, the latest first."""
    result = []
    left = int(days)
    while left:
        bit = left & -left
        result.append(bit.bit_length() - 1)
        left ^= bit
    return result


def latest(days: DaySet) -> int:
    """Tell how far back the latest day of a set lies."""
    bits = int(days)
    return (bits & -bits).bit_length() - 1


def days_as_bools(days: DaySet, span: int) -> NDArray[np.bool_]:
    """Spread a set of days out, today first."""
    content = int(days & last_days(span)).to_bytes((span + 7) // 8, "little")
    return np.unpackbits(np.frombuffer(content, np.uint8), count=span, bitorder="little").view(
        np.bool_
    )


def bools_as_days(holds: NDArray[np.bool_]) -> DaySet:
    """Gather the days on which something holds, which are given from today backwards."""
    return DaySet(int.from_bytes(np.packbits(holds, bitorder="little").tobytes(), "little"))


MAX_HISTORY_CALENDAR_DAYS = 45
MAX_HISTORY = 33
"""Weekdays that 45 calendar days can hold."""


class Weekdays:
    """The weekdays up to the last one before `as_of`, by how many lie between."""

    def __init__(self, as_of: date) -> None:
        self._today = _weekday_number(as_of - timedelta(days=1))
        self._lengths: dict[tuple[int, int], int] = {}

    def day(self, back: int) -> date:
        """Return the weekday that lies `back` weekdays before today."""
        return _weekday(self._today - back)

    def history_length(self, back: int, window: int) -> int:
        """Count the weekdays over which a window's history is looked for, that day included."""
        key = (back, window)
        length = self._lengths.get(key)
        if length is None:
            calendar_days = min(int(2.5 * window) + 10, MAX_HISTORY_CALENDAR_DAYS)
            before = _weekday_number(self.day(back) - timedelta(days=calendar_days))
            length = self._lengths[key] = self._today - back - before
        return length

    def history(self, days: DaySet, window: int, slack: int | None) -> DaySet:
        """Return the days whose weights earn the returns of a window's history, seen from `days`.

        The weights of one day earn the return of the next, hence one day earlier throughout. With
        `slack`, only as many days as the window has, and so many more.
        """
        result = NO_DAYS
        for back in days_back(days):
            length = self.history_length(back, window)
            if slack is not None:
                length = min(length, window + slack)
            result |= last_days(length, back + 1)
        return result


def weekdays_between(first: date, last: date) -> int:
    """Count how many weekdays one day lies behind another."""
    return _weekday_number(last) - _weekday_number(first)


@lru_cache(maxsize=4096)
def _weekday_number(day: date) -> int:
    """Count weekdays; Saturday and Sunday count as the Friday before."""
    week, weekday = divmod(day.toordinal() - 1, 7)
    return week * 5 + min(weekday, 4)


@lru_cache(maxsize=4096)
def _weekday(number: int) -> date:
    week, weekday = divmod(number, 5)
    return date.fromordinal(week * 7 + weekday + 1)
