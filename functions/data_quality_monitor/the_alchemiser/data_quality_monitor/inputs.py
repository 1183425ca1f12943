"""What the monitor can be asked, by the schedule, a person, or itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import Field

from the_alchemiser.shared.contract import Contract
from the_alchemiser.shared.errors import InvalidEvent
from the_alchemiser.shared.events.fields import Count, Identifier
from the_alchemiser.shared.events.unwrap import parsed
from the_alchemiser.shared.ids import RandomIds
from the_alchemiser.shared.money import Symbol

MOST_SYMBOLS = 2_000
LONGEST_LOOKBACK_DAYS = 365


class Issue(Contract):
    """One thing that is wrong with one symbol."""

    symbol: Symbol
    issue: Annotated[str, Field(max_length=1_000)]


class Progress(Contract):
    """What the invocations before this one have found."""

    invocations: Count = 0
    checked: Count = 0
    elapsed_ms: Count = 0
    issues: tuple[Issue, ...] = ()


class CheckCommand(Contract):
    """Input of a check; at least one field has to be there, so that `{}` does nothing."""

    correlation_id: Identifier | None = None
    symbols: Annotated[tuple[Symbol, ...], Field(min_length=1, max_length=MOST_SYMBOLS)] | None = (
        None
    )
    """Only these; without, every symbol that a packaged strategy names."""
    lookback_days: Annotated[int, Field(ge=1, le=LONGEST_LOOKBACK_DAYS)] = 5
    as_of: date | None = None
    """Judge as on the morning of this day; today by default."""
    progress: Progress = Progress()


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """A check to do, with its id."""

    command: CheckCommand
    correlation_id: str

    @property
    def cause_id(self) -> str:
        """Return what the check's events name as their cause."""
        return self.correlation_id


def decode(event: object) -> Check:
    """Read the input."""
    if event == {}:
        raise InvalidEvent('expected what to check, such as {"lookback_days": 5}, found {}')
    command = parsed(event, CheckCommand)
    return Check(
        command=command, correlation_id=command.correlation_id or RandomIds().new("workflow")
    )
