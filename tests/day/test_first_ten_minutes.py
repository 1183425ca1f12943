"""The page of the first ten minutes says what is seen today."""

from __future__ import annotations

import pytest

from tests.day.first_ten_minutes import FIRST_DAY, MOMENTS, PAGE, do, shape, written
from tests.day.floor import Floor

pytestmark = pytest.mark.day


def test_what_the_page_has_typed_is_what_is_run() -> None:
    typed = [moment.typed for moment in MOMENTS]

    assert [line for line in written(PAGE.read_text())] == list(dict.fromkeys(typed))


def test_what_the_page_shows_is_what_is_said(exchange: Floor) -> None:
    exchange.empty()
    page = {typed: list(said) for typed, said in written(PAGE.read_text()).items()}
    first = page["make local"].pop(0)

    # Of the first run the day is traded, on the stack that all tests here share and none ends.
    assert set(shape(do(exchange.checkout, FIRST_DAY))) <= set(shape(first))
    for moment in MOMENTS[1:-1]:
        seen = do(exchange.checkout, moment)

        assert shape(seen) == shape(page[moment.typed].pop(0)), moment.typed
