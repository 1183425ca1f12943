"""Retries of calls that may be repeated: few, spaced, and never all at the same moment."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from the_alchemiser.shared.broker_errors import TooManyRequests
from the_alchemiser.shared.errors import TransientError

Answer = TypeVar("Answer")

SHORTEST_HOLD_S, USUAL_HOLD_S, LONGEST_HOLD_S = 1.0, 5.0, 60.0
"""Waits for the broker's next minute: at least, where it does not say when that is, and at most."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Patience:
    """How often, and how far apart, a repeatable call is tried."""

    attempts: int = 4
    first_wait_s: float = 0.25
    longest_wait_s: float = 4.0
    hold_limit_s: float = 120.0
    """How long one call waits in all because the broker counted too many requests. Such refusals
    are no failed attempts: where many functions share one account, each meets some."""
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = random.random
    clock_s: Callable[[], float] = time.time
    """Seconds since 1970."""

    def wait_s(self, failures: int) -> float:
        """Give the wait after so many failures: between half and all of a doubling, capped span."""
        span = min(self.longest_wait_s, self.first_wait_s * 2.0 ** (failures - 1))
        return span * (0.5 + self.jitter() / 2)

    def hold_s(self, refusal: TooManyRequests) -> float:
        """Give the wait until the broker takes requests again; not all waiters come at once."""
        opens_at_s = refusal.opens_at_s
        wanted = USUAL_HOLD_S if opens_at_s is None else opens_at_s - self.clock_s()
        at_least = wanted if wanted > SHORTEST_HOLD_S else SHORTEST_HOLD_S
        return min(at_least, LONGEST_HOLD_S) + self.jitter()

    def call(self, ask: Callable[[], Answer]) -> Answer:
        """Return the first answer; when every attempt fails, raise the last failure."""
        failures, held_s = 0, 0.0
        while True:
            try:
                return ask()
            except TransientError as failure:
                hold_s = self.hold_s(failure) if isinstance(failure, TooManyRequests) else None
                if hold_s is not None and held_s + hold_s <= self.hold_limit_s:
                    held_s += hold_s
                    self.sleep(hold_s)
                    continue
                failures += 1
                if failures >= self.attempts:
                    raise
                self.sleep(self.wait_s(failures))
