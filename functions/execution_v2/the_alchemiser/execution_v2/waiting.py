"""Time that really passes."""

from __future__ import annotations

import time


class RealWaiting:
    """The process's own clock."""

    def now_s(self) -> float:
        """Return seconds that only ever grow."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Return after so long."""
        time.sleep(seconds)
