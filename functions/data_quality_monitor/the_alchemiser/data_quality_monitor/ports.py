"""What the monitor needs of others."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Protocol

from the_alchemiser.shared.doubted_bars import Doubt


class SecondSource(Protocol):
    """Another vendor's closes."""

    def closes(self, symbol: str, first: date, last: date) -> Mapping[date, float]:
        """Fetch closes by day; empty when the vendor has none."""
        ...


class Doubts(Protocol):
    """Keeps which symbols' stored bars are contradicted."""

    def read(self) -> Mapping[str, Doubt]:
        """Give the doubts by symbol."""
        ...

    def doubt(self, symbol: str, doubt: Doubt) -> None:
        """Doubt a symbol."""
        ...

    def believe(self, symbol: str, doubt: Doubt) -> None:
        """Believe a symbol again, unless it was doubted anew meanwhile."""
        ...


class Pause(Protocol):
    """Keeps requests below a rate."""

    def wait(self) -> None:
        """Return when the next request may go."""
        ...

    def wait_s(self) -> float:
        """Tell how long `wait` would take."""
        ...
