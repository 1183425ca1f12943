from __future__ import annotations

from datetime import date, time

import pytest

from local.market.hours import closing, is_half_day, trading_moment
from tests.simulated_market import real_prices

# https://www.nyse.com/markets/hours-calendars, as announced for each year.
HALF_DAYS = {
    *(date(2014, 7, 3), date(2014, 11, 28), date(2014, 12, 24)),
    *(date(2015, 11, 27), date(2015, 12, 24)),
    date(2016, 11, 25),
    *(date(2017, 7, 3), date(2017, 11, 24)),
    *(date(2018, 7, 3), date(2018, 11, 23), date(2018, 12, 24)),
    *(date(2019, 7, 3), date(2019, 11, 29), date(2019, 12, 24)),
    *(date(2020, 11, 27), date(2020, 12, 24)),
    date(2021, 11, 26),
    date(2022, 11, 25),
}


def test_half_days_are_those_that_the_exchange_announced() -> None:
    assert {day for day in real_prices().days if is_half_day(day)} == HALF_DAYS


@pytest.mark.parametrize(
    ("day", "at"), [(date(2022, 11, 25), time(12, 45)), (date(2022, 3, 15), time(15, 45))]
)
def test_a_day_stands_a_quarter_of_an_hour_before_its_close(day: date, at: time) -> None:
    assert trading_moment(day).time() == at
    assert trading_moment(day) < closing(day)
