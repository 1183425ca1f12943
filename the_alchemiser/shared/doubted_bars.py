"""The record of symbols whose stored bars another source contradicts, which the monitor keeps.

Whoever decides by bars reads it first. A doubt has no end of its own: a later check, over all the
days that it is about, finds both sources of one mind, or somebody removes it by hand
(docs/operations.md).

| key | what |
| --- | --- |
| `DOUBTED_BARS` / `SYMBOL#<SYM>` | why, and from which day on |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from the_alchemiser.shared.table import Change, Table

PARTITION, PREFIX = "DOUBTED_BARS", "SYMBOL#"


@dataclass(frozen=True, kw_only=True, slots=True)
class Doubt:
    """Why a symbol's bars are not believed, and from which day on they have to be looked at."""

    issue: str
    first_day: date


class DoubtedBars:
    """Reads and changes which symbols are in doubt."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def read(self) -> Mapping[str, Doubt]:
        """Give the doubts by symbol."""
        return {
            str(item["SK"]).removeprefix(PREFIX): Doubt(
                issue=item["issue"], first_day=date.fromisoformat(item["first_day"])
            )
            for item in self._table.items(PARTITION, PREFIX)
        }

    def doubt(self, symbol: str, doubt: Doubt) -> None:
        """Doubt a symbol."""
        self._table.change(
            Change(
                key=_key(symbol),
                update="SET issue = :issue, first_day = :first_day",
                values={":issue": doubt.issue, ":first_day": doubt.first_day.isoformat()},
            )
        )

    def believe(self, symbol: str, doubt: Doubt) -> None:
        """Believe a symbol again, unless it was doubted anew meanwhile."""
        self._table.delete_if(_key(symbol), "issue = :issue", {":issue": doubt.issue})


def _key(symbol: str) -> dict[str, str]:
    return {"PK": PARTITION, "SK": f"{PREFIX}{symbol}"}
