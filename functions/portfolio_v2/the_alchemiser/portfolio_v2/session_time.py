"""Whether a run that begins now can end before the market closes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from the_alchemiser.shared.broker import MarketClock
from the_alchemiser.shared.errors import PlanRejected

LADDER_STEPS = 9
"""Waits of a trade at all of execution's ladder: three limits, and two orders at any fair price
that are left three times as long."""
OVERHEAD_S = 5.0
"""What a trade spends on anything but waiting for its orders."""
REQUESTS = 25
"""What a trade asks of the broker that is filled at its second order, as most are or sooner."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ExecutionPace:
    """How fast execution works trades off."""

    trades_at_once: int
    step_wait_s: float
    requests_per_minute: int
    """Taken by the broker from the whole account."""

    def time_needed(self, sells: int, buys: int) -> timedelta:
        """Estimate how long a run takes: the sells, and when all of them are done, the buys.

        In each phase one trade waits out its whole ladder and the others' second order is filled;
        no phase is faster than the broker takes its requests.
        """
        seconds = sum(self._phase_s(trades) for trades in (sells, buys) if trades)
        return timedelta(seconds=seconds)

    def _phase_s(self, trades: int) -> int:
        slowest_s = LADDER_STEPS * self.step_wait_s + OVERHEAD_S
        usual_s = self.step_wait_s + OVERHEAD_S
        worked_s = slowest_s + (ceil(trades / self.trades_at_once) - 1) * usual_s
        asked_s = trades * REQUESTS * 60 / self.requests_per_minute
        return ceil(max(worked_s, asked_s))

    def require_time(self, clock: MarketClock, *, sells: int, buys: int) -> None:
        """Refuse to begin what the close would cut off, on half days too."""
        left, needed = clock.closes_at - clock.now, self.time_needed(sells, buys)
        if left < needed:
            raise PlanRejected(
                f"expected {needed.total_seconds():.0f} s for {sells} sells and {buys} buys, "
                f"{self.trades_at_once} at once and {self.requests_per_minute} requests a minute, "
                f"found {max(left.total_seconds(), 0):.0f} s until the close at "
                f"{clock.closes_at.isoformat()}; start the run earlier"
            )


def require_open(clock: MarketClock) -> None:
    """Refuse to plan while the market is closed: orders would wait for another day's prices."""
    if not clock.is_open:
        raise PlanRejected(
            f"expected an open market, found it closed at {clock.now.isoformat()}; "
            "start a run while it is open"
        )
