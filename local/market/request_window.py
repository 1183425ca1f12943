"""So many requests a minute, from all who use the account."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

WINDOW_S = 60.0


@dataclass(slots=True)
class RequestWindow:
    """Counts requests by the minute and says when the next one begins.

    The limit: https://alpaca.markets/support/usage-limit-api-calls; that X-RateLimit-Reset says
    when it counts anew: https://forum.alpaca.markets/t/executing-orders/12029.
    """

    clock_s: Callable[[], float] = time.time
    """Seconds since 1970."""
    ends_s: float = 0.0
    taken: int = 0

    def take(self, most: int) -> float | None:
        """Count a request; when it is one too many, give the moment from which on more are."""
        now_s = self.clock_s()
        if now_s >= self.ends_s:
            self.ends_s, self.taken = now_s + WINDOW_S, 0
        if self.taken >= most:
            return self.ends_s
        self.taken += 1
        return None
