"""What the trade aggregator needs from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from the_alchemiser.shared.events.envelope import DomainEvent
from the_alchemiser.shared.outbox import Conclusion, Outcome
from the_alchemiser.shared.run_record.run import Run
from the_alchemiser.shared.run_record.trade import TradeRecord
from the_alchemiser.shared.table import Key


class Runs(Protocol):
    """Knows the runs and their trades."""

    def find(self, run_id: str) -> Run | None:
        """Return a run as it is now."""
        ...

    def trades(self, run_id: str) -> Sequence[TradeRecord]:
        """Return the trades of a run, in the order of their execution."""
        ...

    def unfinished(self) -> Iterable[Run]:
        """Return decided runs that nobody concluded, or whose event may not have gone out."""
        ...


class Conclusions(Protocol):
    """Ends runs with one event each."""

    def claim(self, conclusion: Conclusion) -> bool:
        """Win the right to end a run, or learn that it was ended."""
        ...

    def deliver(self, key: Key, event: DomainEvent) -> None:
        """Publish the event and settle the run."""
        ...

    def take_over(self, key: Key, outcome: Outcome | None) -> DomainEvent | None:
        """Return the event that a dead publisher left, or None."""
        ...
