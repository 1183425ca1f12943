"""What data_v2 can be asked, by the schedule, a person, the bus, or itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import Field

from the_alchemiser.shared.contract import Contract
from the_alchemiser.shared.errors import InvalidEvent
from the_alchemiser.shared.events.data import MarketDataFetchRequested
from the_alchemiser.shared.events.fields import Count, Identifier
from the_alchemiser.shared.events.names import EventName
from the_alchemiser.shared.events.unwrap import parsed, unwrap
from the_alchemiser.shared.ids import RandomIds
from the_alchemiser.shared.money import Symbol

MOST_SYMBOLS = 2_000

Symbols = Annotated[tuple[Symbol, ...], Field(max_length=MOST_SYMBOLS)]


class Progress(Contract):
    """What the invocations before this one have done."""

    invocations: Count = 0
    refreshed: Count = 0
    bars_fetched: Count = 0
    failed_symbols: Symbols = ()


class RefreshCommand(Contract):
    """Input of a refresh; at least one field has to be there, so that `{}` does nothing."""

    correlation_id: Identifier | None = None
    symbols: Annotated[tuple[Symbol, ...], Field(min_length=1, max_length=MOST_SYMBOLS)] | None = (
        None
    )
    """Only these; without, every symbol that a packaged strategy names."""
    full_seed: bool = False
    process_markers: bool = True
    as_of: date | None = None
    """Fetch up to the day before; today by default."""
    progress: Progress = Progress()


@dataclass(frozen=True, kw_only=True, slots=True)
class Refresh:
    """A refresh to do, with its id."""

    command: RefreshCommand
    correlation_id: str

    @property
    def cause_id(self) -> str:
        """Return what the refresh's events name as their cause."""
        return self.correlation_id


def decode(event: object) -> Refresh | MarketDataFetchRequested:
    """Read the input; whatever has an event's shape has to be a request for one symbol."""
    if isinstance(event, Mapping) and ("detail" in event or "event_type" in event):
        request = unwrap(event, {EventName.MARKET_DATA_FETCH_REQUESTED: MarketDataFetchRequested})
        if not isinstance(request, MarketDataFetchRequested):
            raise InvalidEvent(f"expected a request for bars, found {request.event_type}")
        if not request.lookback_days:
            raise InvalidEvent("expected lookback_days of at least 1, found 0")
        return request
    if event == {}:
        raise InvalidEvent('expected what to refresh, such as {"process_markers": true}, found {}')
    command = parsed(event, RefreshCommand)
    return Refresh(
        command=command, correlation_id=command.correlation_id or RandomIds().new("workflow")
    )
