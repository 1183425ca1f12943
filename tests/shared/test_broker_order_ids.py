from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from the_alchemiser.shared.broker_order_ids import client_order_id

symbols = st.from_regex(r"\A[A-Z]{1,5}([./-][A-Z0-9]{1,4})?\Z")


@given(st.text(min_size=1), symbols, st.integers(1, 3), st.integers(1, 4))
def test_is_the_same_each_time_and_short_enough(
    trade_id: str, symbol: str, attempt: int, step: int
) -> None:
    name = client_order_id(trade_id, symbol, attempt=attempt, step=step)
    assert name == client_order_id(trade_id, symbol, attempt=attempt, step=step)
    assert len(name) <= 48
    assert re.fullmatch(r"[A-Za-z0-9./-]+", name)


def test_differs_by_trade_attempt_and_step() -> None:
    names = {
        client_order_id(trade, "SPY", attempt=attempt, step=step)
        for trade in ("trade-1", "trade-2")
        for attempt in (1, 2, 3)
        for step in (1, 2, 3, 4)
    }
    assert len(names) == 24


def test_refuses_a_symbol_that_makes_it_too_long() -> None:
    with pytest.raises(ValueError, match="at most 48"):
        client_order_id("trade-1", "A" * 20)
