"""Daily bars around real closes: what is not a close is derived, openly.

open = the close of the day before; high and low = the larger and the smaller of open and close;
volume = 1,000,000. Nothing here but the close is market data.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from local.market.prices import NoPriceError, Prices

DERIVED_VOLUME = 1_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Split:
    """A share split that the market announces on its day, so that older bars are restated."""

    symbol: str
    day: date
    ratio: Decimal
    """New shares for one old share."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """One trading day of one symbol."""

    day: date
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal


def bars_between(
    prices: Prices, symbol: str, first: date, last: date, splits: tuple[Split, ...] = ()
) -> Iterator[Bar]:
    """Yield the bars of these days, oldest first, restated for the splits that are known."""
    if symbol not in prices.closes:
        raise NoPriceError(f"no such symbol: {symbol}")
    closes = prices.closes[symbol]
    for at, day in enumerate(prices.days):
        if first <= day <= last:
            before = restated(closes[max(at - 1, 0)], symbol, splits)
            close = restated(closes[at], symbol, splits)
            yield Bar(
                day=day, open=before, high=max(before, close), low=min(before, close), close=close
            )


def restated(price: Decimal, symbol: str, splits: tuple[Split, ...]) -> Decimal:
    """Express a price of the data set in the shares that there are after these splits."""
    for split in splits:
        if split.symbol == symbol:
            price /= split.ratio
    return price
