from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.functions.trading_world import World, world


@pytest.fixture
def market() -> Iterator[World]:
    """Three symbols at 100 dollars and a cash account of 100,000 dollars."""
    with world() as made:
        for symbol in ("SPY", "TLT", "GLD"):
            made.alpaca.trade_at(symbol, "100")
        yield made
