"""Daily bars around real closes: what is not a close is derived, openly.

open = the close of the day before; high and low = the larger and the smaller of open and close;
volume = 1,000,000. Nothing here but the close is market data.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from local.market.prices import NoPriceError, Prices

DERIVED_VOLUME = 1_000_000


class Adjustment(StrEnum):
    """Which events older bars are restated for, in Alpaca's words."""

    RAW = "raw"
    SPLIT = "split"
    DIVIDEND = "dividend"
    ALL = "all"

    def covers(self, event: Restatement) -> bool:
        """Whether older bars are restated for an event."""
        if self is Adjustment.ALL:
            return True
        return self is (Adjustment.DIVIDEND if event.is_dividend else Adjustment.SPLIT)


@dataclass(frozen=True, kw_only=True, slots=True)
class Restatement:
    """A split or a dividend: prices fall by its ratio on its day, and older bars are restated."""

    symbol: str
    day: date
    ratio: Decimal
    """Price before for the price after: new shares for one old share of a split."""
    is_dividend: bool = False
    """Pays the difference in cash instead of in shares."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """One trading day of one symbol."""

    day: date
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal


def bars_between(
    prices: Prices,
    symbol: str,
    first: date,
    last: date,
    events: tuple[Restatement, ...] = (),
    adjustment: Adjustment = Adjustment.ALL,
) -> Iterator[Bar]:
    """Yield the bars of these days, oldest first, restated for the events that are known."""
    if symbol not in prices.closes:
        raise NoPriceError(f"no such symbol: {symbol}")
    closes = prices.closes[symbol]
    for at, day in enumerate(prices.days):
        if first <= day <= last:
            counted = tuple(each for each in events if each.day <= day or adjustment.covers(each))
            before = restated(closes[max(at - 1, 0)], symbol, counted)
            close = restated(closes[at], symbol, counted)
            yield Bar(
                day=day, open=before, high=max(before, close), low=min(before, close), close=close
            )


def restated(price: Decimal, symbol: str, events: tuple[Restatement, ...]) -> Decimal:
    """Express a price of the data set in the shares that there are after these events."""
    for event in events:
        if event.symbol == symbol:
            price /= event.ratio
    return price
