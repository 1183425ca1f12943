from __future__ import annotations

import math
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from the_alchemiser.strategy_v2.evaluation.days import NO_DAYS, TODAY, holds_day
from the_alchemiser.strategy_v2.evaluation.indicators import OPERATORS, Series
from the_alchemiser.strategy_v2.plan.steps import Comparator

numbers = st.floats(allow_nan=False, allow_infinity=False, width=64)
values = st.lists(numbers | st.just(math.nan), min_size=1, max_size=12)
literals = (
    st.decimals(allow_nan=False, allow_infinity=False, places=3)
    | numbers.map(lambda number: Decimal(repr(number)))
    | numbers.map(Decimal)
)


@given(values, literals, st.sampled_from(Comparator))
def test_values_compare_as_the_decimals_they_print_as(
    found: list[float], number: Decimal, comparator: Comparator
) -> None:
    days = Series(found).days(comparator, number)
    for back, value in enumerate(found):
        holds = not math.isnan(value) and OPERATORS[comparator](Decimal(repr(value)), number)
        assert holds_day(days, back) is holds


@given(values, st.data(), st.sampled_from(Comparator))
def test_two_series_compare_as_the_decimals_they_print_as(
    left: list[float], data: st.DataObject, comparator: Comparator
) -> None:
    right = data.draw(st.lists(st.sampled_from(left), min_size=len(left), max_size=len(left)))
    days = Series(left).days_against(comparator, Series(right))
    for back, (one, other) in enumerate(zip(left, right, strict=True)):
        undefined = math.isnan(one) or math.isnan(other)
        holds = not undefined and OPERATORS[comparator](Decimal(repr(one)), Decimal(repr(other)))
        assert holds_day(days, back) is holds


def test_a_tenth_equals_a_tenth() -> None:
    assert Series([0.1]).days(Comparator.EQUAL, Decimal("0.1")) == TODAY
    assert Series([0.1 + 0.2]).days(Comparator.EQUAL, Decimal("0.3")) == NO_DAYS
    assert Series([0.1]).days(Comparator.LESS, Decimal("0.10000000000000000001")) == TODAY
