"""Days as numbers: weekdays counted back from the last one before the day of trading."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from the_alchemiser.strategy_v2.evaluation.day_sets import NO_DAYS, DaySet, days_back, last_days

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
