"""What the coordinator needs from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from the_alchemiser.coordinator_v2.domain import Job, Opening
from the_alchemiser.shared.session_record.rebalance import Rebalance
from the_alchemiser.shared.session_record.session import Session
from the_alchemiser.shared.strategy_allocations import StrategyEntry


class Sessions(Protocol):
    """Keeps sessions, one open at a time for each day."""

    def find(self, session_id: str) -> Session | None:
        """Return a session, or None."""
        ...

    def open(self, session: Session) -> Opening:
        """Store a new session and take its day, both or neither."""
        ...

    def holder(self, as_of: date) -> str | None:
        """Return the id of the session that holds a day."""
        ...

    def reported(self, session_id: str) -> frozenset[str]:
        """Return the files whose strategies have reported."""
        ...

    def rebalances(self) -> Mapping[str, Rebalance]:
        """Return, by file, what strategies were last brought to."""
        ...


class Workers(Protocol):
    """Evaluates strategies elsewhere."""

    def start(self, job: Job) -> None:
        """Start one job without waiting for it."""
        ...


class Allocations(Protocol):
    """Knows the strategies of this stage."""

    def strategies(self) -> Sequence[StrategyEntry]:
        """Return every file with its allocation, or raise ConfigurationError."""
        ...
