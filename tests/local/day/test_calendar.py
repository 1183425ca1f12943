from __future__ import annotations

from datetime import date

import pytest

from local.day.calendar import (
    index_before,
    index_close,
    next_day,
    parse_day,
    parse_range,
    tradable_days,
)
from local.problems import LocalProblem


def test_a_trading_day_is_read() -> None:
    assert parse_day("2022-03-15") == date(2022, 3, 15)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2022-03-19", "Saturday"),
        ("2022-07-04", "Monday"),
        ("2013-01-02", "out of range"),
        ("2030-01-02", "out of range"),
        ("15.3.2022", "YYYY-MM-DD"),
        ("2022-02-30", "YYYY-MM-DD"),
        ("today", "YYYY-MM-DD"),
    ],
)
def test_anything_else_is_refused_with_a_way_out(text: str, told: str) -> None:
    with pytest.raises(LocalProblem) as problem:
        parse_day(text)
    assert told in problem.value.problem
    assert "20" in problem.value.remedy


def test_a_closed_day_names_its_neighbours() -> None:
    with pytest.raises(LocalProblem, match=r"2022-03-18 and 2022-03-21"):
        parse_day("2022-03-19")


def test_a_range_holds_the_trading_days_of_both_ends_and_between() -> None:
    assert parse_range("2022-03-17", "2022-03-21") == (
        date(2022, 3, 17),
        date(2022, 3, 18),
        date(2022, 3, 21),
    )


def test_a_month_may_begin_and_end_on_days_without_trading() -> None:
    may = parse_range("2022-05-01", "2022-05-31")

    assert (may[0], may[-1], len(may)) == (date(2022, 5, 2), date(2022, 5, 31), 21)


def test_the_index_before_a_day_is_that_of_the_trading_day_before() -> None:
    assert str(index_before(date(2022, 3, 21))) == index_close(date(2022, 3, 18))


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        ("2022-03-21", "2022-03-17", "ends before it begins"),
        ("2022-03-21", "2022-03-21", "holds 1 trading days"),
        ("2022-03-19", "2022-03-21", "holds 1 trading days"),
        ("2012-03-19", "2022-03-21", "FROM=2012-03-19 is out of range"),
        ("2022-03-21", "x", "TO='x' is no date"),
    ],
)
def test_a_range_that_is_none_is_refused(first: str, last: str, told: str) -> None:
    with pytest.raises(LocalProblem, match=told):
        parse_range(first, last)


def test_after_the_last_day_there_is_none() -> None:
    assert next_day(date(2022, 3, 18)) == date(2022, 3, 21)
    assert next_day(tradable_days()[-1]) is None
