"""What the aggregator needs from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from the_alchemiser.shared.events.envelope import DomainEvent
from the_alchemiser.shared.events.signals import PartialSignalGenerated
from the_alchemiser.shared.outbox import Conclusion, Outcome
from the_alchemiser.shared.session_record.partial import Partial
from the_alchemiser.shared.session_record.session import Session
from the_alchemiser.shared.table import Key


class Sessions(Protocol):
    """Keeps sessions and what was reported to them."""

    def find(self, session_id: str) -> Session | None:
        """Return a session as it is now."""
        ...

    def record(self, partial: PartialSignalGenerated) -> bool:
        """Store a partial signal and count it, once; False if it is known or comes too late."""
        ...

    def partials(self, session_id: str) -> list[Partial]:
        """Return all stored partial signals, in the order of their numbers."""
        ...

    def fail(self, session_id: str) -> None:
        """Close a waiting session whose failure was told already."""
        ...

    def keep_rebalances(self, session: Session) -> None:
        """Remember what the strategies of a finished run were brought to."""
        ...

    def release_day(self, session: Session) -> None:
        """Let another session have the day, if this one holds it."""
        ...

    def unfinished(self) -> Iterable[Session]:
        """Return the sessions that wait, or whose last event may not have gone out."""
        ...

    def overdue(self) -> Iterable[Session]:
        """Return the sessions that hold their day although their runs should be over."""
        ...


class Conclusions(Protocol):
    """Ends sessions with one event each."""

    def claim(self, conclusion: Conclusion) -> bool:
        """Win the right to end a session, or learn that it was ended."""
        ...

    def deliver(self, key: Key, event: DomainEvent) -> None:
        """Publish the event and settle the session."""
        ...

    def take_over(self, key: Key, outcome: Outcome | None) -> DomainEvent | None:
        """Return the event that a dead publisher left, or None."""
        ...
