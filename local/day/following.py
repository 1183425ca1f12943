"""Follows one run to its end, and pushes it on where the cloud's clock would."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from local.day.mailbox import ReceivedMail
from local.day.observations import ObservedEvent

QUIET_S = 0.9
"""After its end a run is settled when nothing more came for so long."""

SETTLING_S = 40.0
"""Longest wait after the end for the mail and for trades that are still on their way."""

STILL_S = 25.0
"""The stack's own sweeps are off here, so a run that stands still for so long is swept."""

PATIENCE_S = 300.0
"""A run in which nothing happens for so long has failed: a trade whose function died is delivered
again after at most 180 s."""

IDLE_PATIENCE_S = 120.0
"""The same where no trade is queued either: portfolio asks a slow broker for at most so long."""


class Ending(StrEnum):
    """How a run ended."""

    COMPLETED = "completed"
    FAILED = "failed"
    STOOD_STILL = "stood still"


class Events(Protocol):
    """Where events are read."""

    def read(self, wait_s: int) -> tuple[ObservedEvent, ...]:
        """Return the next ones, waiting for the first."""


class Mails(Protocol):
    """Where mails are read."""

    def read(self) -> tuple[ReceivedMail, ...]:
        """Return what has arrived."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Followed:
    """All that was seen of a run."""

    correlation_id: str
    ending: Ending
    events: tuple[ObservedEvent, ...]
    """All that were seen: a run before this one may still have something to say."""
    mails: tuple[ReceivedMail, ...]
    sweeps: int = 0

    @property
    def own_events(self) -> tuple[ObservedEvent, ...]:
        """The events of this run alone."""
        return tuple(e for e in self.events if e.correlation_id == self.correlation_id)


@dataclass(kw_only=True, slots=True)
class Follower:
    """Watches one run."""

    correlation_id: str
    events: Events
    mails: Mails
    is_idle: Callable[[], bool]
    """Whether no trade is queued or being placed."""
    sweep: Callable[[], None]
    show: Callable[[ObservedEvent], None]
    clock: Callable[[], float] = time.monotonic
    patience_s: float = PATIENCE_S
    idle_patience_s: float = IDLE_PATIENCE_S
    still_s: float = STILL_S
    _seen: list[ObservedEvent] = field(default_factory=list)
    _mailed: list[ReceivedMail] = field(default_factory=list)
    _sweeps: int = 0

    def follow(self) -> Followed:
        """Watch until the run has ended and settled, or nothing happens any more."""
        moved_at = swept_at = self.clock()
        ended_at: float | None = None
        while True:
            found = self._look()
            now = self.clock()
            if found:
                moved_at = swept_at = now
            if ended_at is None and self._ending():
                ended_at = now
            if ended_at is not None:
                if self._is_settled(now - moved_at) or now - ended_at > SETTLING_S:
                    return self._followed(self._ending() or Ending.STOOD_STILL)
            elif self._is_hopeless(now - moved_at):
                return self._followed(Ending.STOOD_STILL)
            elif now - swept_at > self.still_s:
                self._sweeps += 1
                swept_at = now
                self.sweep()

    def _look(self) -> bool:
        events = self.events.read(1)
        for event in events:
            self._seen.append(event)
            self.show(event)
        mails = self.mails.read()
        self._mailed.extend(mails)
        return bool(events or mails)

    def _ending(self) -> Ending | None:
        ours = [e for e in self._seen if e.correlation_id == self.correlation_id]
        failed = [e for e in ours if e.name == "WorkflowFailed"]
        is_completed = any(e.name == "AllTradesCompleted" for e in ours)
        # A failure that ends nothing, such as of bars in doubt, comes before trades too.
        if not is_completed and not any(e.detail.get("ends", True) for e in failed):
            return None
        return Ending.FAILED if failed else Ending.COMPLETED

    def _is_hopeless(self, still_s: float) -> bool:
        return still_s > self.patience_s or (still_s > self.idle_patience_s and self.is_idle())

    def _is_settled(self, quiet_s: float) -> bool:
        return quiet_s > QUIET_S and bool(self._mailed) and self.is_idle()

    def _followed(self, ending: Ending) -> Followed:
        return Followed(
            correlation_id=self.correlation_id,
            ending=ending,
            events=tuple(self._seen),
            mails=tuple(self._mailed),
            sweeps=self._sweeps,
        )
