"""How freshly fetched bars join those that are stored."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from the_alchemiser.shared.market_data import Bar

OVERLAP_BARS = 60
"""Stored bars that are fetched again: a quarter, as vendors learn of some dividends days late."""

SAME_PRICE = 1e-9
"""Relative difference up to which two prices are the same double, spelled differently."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Joined:
    """Stored and fetched bars together."""

    bars: tuple[Bar, ...]
    added: int
    """Days that were not stored before."""
    corrected: int
    """Stored days whose bar the vendor gives differently now."""


def overlap(stored: Sequence[Bar]) -> Sequence[Bar]:
    """Give the newest stored bars, which every refresh fetches again."""
    return stored[-OVERLAP_BARS:]


def is_readjusted(stored: Sequence[Bar], fetched: Sequence[Bar]) -> bool:
    """Tell whether a split or dividend has changed the history that is stored.

    An adjustment changes every bar before its day, so it shows at the oldest day that both have.
    A single late correction, or a bar taken before the close, does not reach back that far.
    """
    again = {bar.day: bar for bar in fetched}
    for bar in overlap(stored):
        if bar.day in again:
            return not _same_prices(bar, again[bar.day])
    return bool(fetched)


def join(stored: Sequence[Bar], fetched: Sequence[Bar]) -> Joined:
    """Add the new days, and let the vendor's newest word replace the same days."""
    days = {bar.day: bar for bar in stored}
    added = sum(bar.day not in days for bar in fetched)
    corrected = sum(bar.day in days and days[bar.day] != bar for bar in fetched)
    days.update((bar.day, bar) for bar in fetched)
    return Joined(bars=tuple(days[day] for day in sorted(days)), added=added, corrected=corrected)


def _same_prices(one: Bar, other: Bar) -> bool:
    pairs = zip(_prices(one), _prices(other), strict=True)
    return all(math.isclose(a, b, rel_tol=SAME_PRICE) for a, b in pairs)


def _prices(bar: Bar) -> tuple[float, ...]:
    return (bar.open, bar.high, bar.low, bar.close)
