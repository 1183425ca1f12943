"""Retries of calls that may be repeated: few, spaced, and never all at the same moment."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from the_alchemiser.shared.errors import TransientError

Answer = TypeVar("Answer")


@dataclass(frozen=True, kw_only=True, slots=True)
class Patience:
    """How often, and how far apart, a repeatable call is tried."""

    attempts: int = 4
    first_wait_s: float = 0.25
    longest_wait_s: float = 4.0
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = random.random

    def wait_s(self, failures: int) -> float:
        """Give the wait after so many failures: between half and all of a doubling, capped span."""
        span = min(self.longest_wait_s, self.first_wait_s * 2.0 ** (failures - 1))
        return span * (0.5 + self.jitter() / 2)

    def call(self, ask: Callable[[], Answer]) -> Answer:
        """Return the first answer; when every attempt fails, raise the last failure."""
        for failures in range(1, self.attempts):
            try:
                return ask()
            except TransientError:
                self.sleep(self.wait_s(failures))
        return ask()
