"""Requests by the minute, as the second source counts them."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

WINDOW_S = 60.0


class MinutePace:
    """Lets so many requests go in any minute: a batch at once, then a wait for the next one."""

    def __init__(
        self,
        requests_per_minute: int,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._sent: deque[float] = deque(maxlen=requests_per_minute)
        self._clock = clock
        self._sleep = sleep

    def wait_s(self) -> float:
        """Tell how long the next request has to wait."""
        if len(self._sent) < (self._sent.maxlen or 1):
            return 0.0
        return max(0.0, self._sent[0] + WINDOW_S - self._clock())

    def wait(self) -> None:
        """Return when the next request may go, and count it."""
        pause_s = self.wait_s()
        if pause_s:
            self._sleep(pause_s)
        self._sent.append(self._clock())
