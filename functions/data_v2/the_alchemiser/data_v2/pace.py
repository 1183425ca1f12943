"""How fast a vendor may be asked."""

from __future__ import annotations

import time
from collections.abc import Callable

SPACING_S = 0.3
"""200 requests a minute: https://docs.alpaca.markets/docs/about-market-data-api."""

HOLD_S = 5.0
LONGEST_HOLD_S = 60.0
"""Alpaca counts requests by the minute, so a refusal never lasts longer."""


class Pace:
    """Spaces requests out, and waits when the vendor has refused one as too many."""

    def __init__(
        self,
        spacing_s: float = SPACING_S,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._spacing_s = spacing_s
        self._clock = clock
        self._sleep = sleep
        self._next_at = 0.0

    def wait(self) -> None:
        """Return when the next request may go."""
        now = self._clock()
        if now < self._next_at:
            self._sleep(self._next_at - now)
        self._next_at = max(now, self._next_at) + self._spacing_s

    def hold(self, until: float | None = None) -> None:
        """Let no request go before `until`, or for a few seconds when that is unknown."""
        now = self._clock()
        wanted = HOLD_S if until is None else until - now
        self._next_at = now + min(max(wanted, self._spacing_s), LONGEST_HOLD_S)
