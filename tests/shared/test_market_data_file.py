from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from the_alchemiser.shared.market_data import Bar
from the_alchemiser.shared.market_data_file import (
    MAX_BYTES,
    DamagedBars,
    decode_bars,
    decode_closes,
    encode_bars,
)

prices = st.floats(min_value=1e-6, max_value=1e9)


def a_bar(day: date = date(2022, 3, 15), close: float = 100.5) -> Bar:
    return Bar(day=day, open=100.0, high=101.0, low=99.0, close=close, volume=1_000.0)


@given(st.lists(st.tuples(st.integers(1, 9), prices), min_size=1, max_size=30))
def test_bars_survive_unchanged_to_the_last_bit(steps: list[tuple[int, float]]) -> None:
    day, bars = date(1990, 1, 2), []
    for step, close in steps:
        day += timedelta(days=step)
        bars.append(a_bar(day, close))
    content = encode_bars(bars)
    assert decode_bars(content) == tuple(bars)
    assert decode_closes(content).values == tuple(bar.close for bar in bars)
    assert decode_closes(content).dates == tuple(bar.day for bar in bars)


def test_the_same_bars_are_the_same_bytes() -> None:
    assert encode_bars([a_bar()]) == encode_bars([a_bar()])


@pytest.mark.parametrize(
    "bars",
    [
        [],
        [a_bar(), a_bar()],
        [a_bar(date(2022, 3, 16)), a_bar(date(2022, 3, 15))],
        [a_bar(close=float("nan"))],
        [a_bar(close=float("inf"))],
        [a_bar(close=0.0)],
        [a_bar(close=-1.0)],
        [replace(a_bar(), volume=-1.0)],
    ],
)
def test_refuses_to_write_what_is_no_price_history(bars: list[Bar]) -> None:
    with pytest.raises(DamagedBars):
        encode_bars(bars)


def npy(table: object, pickled: bool = False) -> bytes:
    stream = BytesIO()
    np.save(stream, np.asarray(table), allow_pickle=pickled)
    return stream.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PAR1",
        encode_bars([a_bar()])[:-1],
        encode_bars([a_bar()])[:20],
        npy([1.0, 2.0]),
        npy(np.array([{"close": 1}], dtype=object), pickled=True),
        b"\0" * (MAX_BYTES + 1),
    ],
)
def test_refuses_to_read_anything_else(content: bytes) -> None:
    with pytest.raises(DamagedBars):
        decode_closes(content)
