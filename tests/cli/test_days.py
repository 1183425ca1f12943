"""Which day `make day` trades when it is not told one."""

from __future__ import annotations

from datetime import date

import pytest

from cli.days import day_to_trade
from local.day.calendar import FIRST_SHOWN, tradable_days
from local.day.journal import UNFINISHED, Journal

FRIDAY, MONDAY = date(2022, 3, 18), date(2022, 3, 21)


@pytest.mark.parametrize("outcome", ["completed", "failed", "stood still"])
def test_the_trading_day_after_the_last_is_next(outcome: str) -> None:
    assert day_to_trade(Journal(life="a").with_day(FRIDAY, outcome)) == MONDAY


def test_a_day_that_was_cut_off_is_traded_again() -> None:
    assert day_to_trade(Journal(life="a").with_day(FRIDAY, UNFINISHED)) == FRIDAY


def test_before_the_first_and_after_the_last_day_comes_the_one_shown_first() -> None:
    assert day_to_trade(Journal(life="a")) == FIRST_SHOWN
    assert day_to_trade(Journal(life="a").with_day(tradable_days()[-1], "completed")) == FIRST_SHOWN
