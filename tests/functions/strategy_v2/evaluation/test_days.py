from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from the_alchemiser.strategy_v2.evaluation.days import MAX_HISTORY, TODAY, Weekdays, days_back

days = st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 1, 1))


@pytest.mark.parametrize(
    ("as_of", "today"),
    [
        (date(2022, 3, 15), date(2022, 3, 14)),
        (date(2022, 3, 14), date(2022, 3, 11)),
        (date(2022, 3, 13), date(2022, 3, 11)),
        (date(2022, 3, 12), date(2022, 3, 11)),
    ],
)
def test_today_is_the_last_weekday_before(as_of: date, today: date) -> None:
    assert Weekdays(as_of).day(0) == today


@given(days, st.integers(0, 200))
def test_days_back_are_weekdays_in_a_row(as_of: date, back: int) -> None:
    weekdays = Weekdays(as_of)
    later, earlier = weekdays.day(back), weekdays.day(back + 1)
    assert later.weekday() < 5
    assert (later - earlier).days in (1, 3)


@given(days, st.integers(0, 100), st.integers(1, 300))
def test_a_history_holds_the_weekdays_of_its_calendar_days(
    as_of: date, back: int, window: int
) -> None:
    weekdays = Weekdays(as_of)
    last = weekdays.day(back)
    span = min(int(2.5 * window) + 10, 45)
    expected = sum((last - timedelta(days=ago)).weekday() < 5 for ago in range(span))
    assert weekdays.history_length(back, window) == expected <= MAX_HISTORY


def test_returns_are_earned_by_the_weights_of_the_day_before() -> None:
    weekdays = Weekdays(date(2022, 3, 15))
    length = weekdays.history_length(0, 10)
    assert days_back(weekdays.history(TODAY, 10, None)) == list(range(1, length + 1))
    assert days_back(weekdays.history(TODAY, 10, 3)) == list(range(1, 14))
