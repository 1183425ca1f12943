"""When the exchange is open: nine thirty to four in New York, and until one on half days.

Hours and half days: https://www.nyse.com/markets/hours-calendars. The trading days themselves are
those on which there are closes.
"""

from __future__ import annotations

from calendar import FRIDAY, MONDAY, THURSDAY
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

NEW_YORK = ZoneInfo("America/New_York")
OPENS, CLOSES, CLOSES_EARLY = time(9, 30), time(16, 0), time(13, 0)
TRADES_AT = time(15, 45)
"""Time of day at which a simulated day stands, as the schedule has it."""

BEFORE_CLOSE = timedelta(minutes=15)
"""How long before the close that is."""


def is_half_day(day: date) -> bool:
    """Whether the exchange closes at one.

    It does on the day after Thanksgiving, on Christmas Eve, and on July 3 when a weekday follows.
    """
    weekday = day.weekday()
    if day.month == 11:
        return weekday == FRIDAY and 23 <= day.day <= 29
    if (day.month, day.day) == (12, 24):
        return MONDAY <= weekday <= THURSDAY
    return (day.month, day.day) == (7, 3) and MONDAY <= weekday <= THURSDAY


def opening(day: date) -> datetime:
    """Give the moment at which a trading day opens."""
    return datetime.combine(day, OPENS, NEW_YORK)


def closing(day: date) -> datetime:
    """Give the moment at which a trading day closes."""
    return datetime.combine(day, CLOSES_EARLY if is_half_day(day) else CLOSES, NEW_YORK)


def trading_moment(day: date) -> datetime:
    """Give the moment at which a simulated day stands: a quarter of an hour before the close."""
    return closing(day) - BEFORE_CLOSE
