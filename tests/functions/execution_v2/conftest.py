from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.functions.trading_world import World, world


@pytest.fixture
def market() -> Iterator[World]:
    """Three symbols, 100,000 dollars and nothing held."""
    with world() as made:
        for symbol, price in (("SPY", "400"), ("TLT", "100"), ("GLD", "180")):
            made.alpaca.trade_at(symbol, price)
        yield made
