"""Whether a run that begins now can end before the market closes."""

from __future__ import annotations

from datetime import timedelta
from math import ceil

from the_alchemiser.shared.broker import MarketClock
from the_alchemiser.shared.errors import PlanRejected

AT_ONCE = 10
"""Trades that execution works at the same time."""
LADDER_S = 90
"""A trade that needs every step of its ladder, with execution's usual waits."""
USUAL_S = 5
"""A trade that is filled at its first step, and the way from one trade to the next."""


def time_needed(sells: int, buys: int) -> timedelta:
    """Estimate how long a run takes: sells first, then buys, ten at once and one of them slow."""
    seconds = sum(
        LADDER_S + (ceil(trades / AT_ONCE) - 1) * USUAL_S for trades in (sells, buys) if trades
    )
    return timedelta(seconds=seconds)


def require_open(clock: MarketClock) -> None:
    """Refuse to plan while the market is closed: orders would wait for another day's prices."""
    if not clock.is_open:
        raise PlanRejected(
            f"expected an open market, found it closed at {clock.now.isoformat()}; "
            "start a run while it is open"
        )


def require_time(clock: MarketClock, *, sells: int, buys: int) -> None:
    """Refuse to begin what the close would cut off, on half days too."""
    left, needed = clock.closes_at - clock.now, time_needed(sells, buys)
    if left < needed:
        raise PlanRejected(
            f"expected {needed.total_seconds():.0f} s for {sells} sells and {buys} buys, found "
            f"{max(left.total_seconds(), 0):.0f} s until the close at "
            f"{clock.closes_at.isoformat()}; start the run earlier"
        )
