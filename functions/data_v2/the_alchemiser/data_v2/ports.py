"""What refreshing needs from the world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from the_alchemiser.shared.errors import TransientError
from the_alchemiser.shared.market_data import Bar
from the_alchemiser.shared.market_data_record import BarsRecord


class LostUpdate(TransientError):
    """Somebody else published bars of the symbol in the meantime."""


class BarVendor(Protocol):
    """Sells daily bars, adjusted for splits and dividends as of today."""

    def bars(self, symbol: str, first: date, last: date) -> Sequence[Bar]:
        """Fetch the bars of these days, oldest first; empty when there are none."""
        ...


class BarArchive(Protocol):
    """Keeps the bars."""

    def version(self, symbol: str) -> str | None:
        """Give what `publish` has to replace, or nothing for a symbol never published."""
        ...

    def record(self, symbol: str) -> BarsRecord | None:
        """Read the record of a symbol, or nothing."""
        ...

    def bars(self, symbol: str) -> Sequence[Bar]:
        """Read the valid bars of a symbol; DataUnavailable when they cannot be read."""
        ...

    def publish(
        self, symbol: str, bars: Sequence[Bar], *, requested_from: date, replacing: str | None
    ) -> BarsRecord:
        """Make these bars the valid ones; LostUpdate when `replacing` no longer is in place."""
        ...


class BadDataMarkers(Protocol):
    """Remembers which symbols somebody found to be wrong."""

    def read_all(self) -> Mapping[str, Sequence[str]]:
        """Read every marker: symbol -> the sort keys of its markers."""
        ...

    def remove(self, symbol: str, markers: Sequence[str]) -> None:
        """Forget these markers of a symbol."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """The symbol was asked for already, and is not fetched again before this time is over."""

    remaining_s: int
    is_finished: bool
    """Whether the fetch that was asked for is done; otherwise it is under way, or failed."""


class Cooldown(Protocol):
    """Lets a symbol be fetched once in a while."""

    def take(self, symbol: str, event_id: str) -> Held | None:
        """Reserve the symbol for this event, or tell for how long it is held."""
        ...

    def complete(self, symbol: str, event_id: str) -> None:
        """Record that the event's fetch was done, so that a second delivery waits too."""
        ...

    def release(self, symbol: str, event_id: str) -> None:
        """Give the symbol back after a failure."""
        ...
