"""Days on which the market does whatever it likes."""

from __future__ import annotations

from datetime import date

import pytest

from tests.functions.money.faulty_days import run_days
from tests.functions.trading_world import world
from tests.simulated_market import real_prices

pytestmark = pytest.mark.integration

FIRST = real_prices().days.index(date(2022, 3, 15))


def days_of(seed: int, count: int) -> tuple[date, ...]:
    """Give some days in a row, other ones for each seed."""
    start = FIRST - 7 * seed % 1000
    return real_prices().days[start : start + count]


@pytest.mark.parametrize("seed", range(40))
def test_keep_orders_money_and_books(seed: int) -> None:
    with world() as made:
        run_days(made, seed, days_of(seed, 3))


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1000, 1200))
def test_keep_orders_money_and_books_for_long(seed: int) -> None:
    with world() as made:
        run_days(made, seed, days_of(seed, 10))
