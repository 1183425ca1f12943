from __future__ import annotations

from decimal import ROUND_DOWN, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.market.refusals import require_steps
from the_alchemiser.shared.ticks import in_ticks


@pytest.mark.parametrize(
    ("price", "expected"),
    [
        ("400.005", "400.00"),
        ("1.005", "1.00"),
        ("0.99996", "1.0000"),
        ("0.01465", "0.0146"),
        ("0.00001", "0.0001"),
    ],
)
def test_a_price_is_rounded_to_whole_ticks(price: str, expected: str) -> None:
    assert in_ticks(Decimal(price)) == Decimal(expected)


@given(st.decimals("0.00001", "1000000", places=7), st.sampled_from([None, ROUND_DOWN]))
def test_every_price_is_one_that_the_broker_takes(price: Decimal, rounding: str | None) -> None:
    limit = in_ticks(price, rounding) if rounding else in_ticks(price)
    require_steps(Decimal(1), limit)
