"""Time that several workers share: it passes only while all of them sleep."""

from __future__ import annotations

from threading import Condition


class SharedTime:
    """A clock for threads that wait for each other's seconds instead of the machine's."""

    def __init__(self, workers: int, began_s: float = 0.0) -> None:
        self._condition = Condition()
        self._awake = workers
        self._now_s = began_s
        self._wakes: list[float] = []

    def now_s(self) -> float:
        return self._now_s

    def sleep(self, seconds: float) -> None:
        with self._condition:
            wakes_s = self._now_s + max(seconds, 0.001)
            self._wakes.append(wakes_s)
            self._rest()
            self._condition.wait_for(lambda: self._now_s >= wakes_s, timeout=300)

    def leave(self) -> None:
        """Work no more, so that nobody waits for this worker."""
        with self._condition:
            self._rest()

    def _rest(self) -> None:
        self._awake -= 1
        if self._awake or not self._wakes:
            return
        self._now_s = min(self._wakes)
        self._awake = sum(each <= self._now_s for each in self._wakes)
        self._wakes = [each for each in self._wakes if each > self._now_s]
        self._condition.notify_all()
