"""Which days were traded since the emulator and the market were started, and how they ended."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from local.day.following import Ending
from local.workfolder import WorkFolder

UNFINISHED = "unfinished"


class TradedDay(BaseModel):
    """One day of the journal."""

    model_config = ConfigDict(frozen=True)

    day: dt.date
    outcome: str


class Journal(BaseModel):
    """The days of one life of MiniStack and market: neither keeps anything on disk."""

    model_config = ConfigDict(frozen=True)

    life: str
    days: tuple[TradedDay, ...] = ()

    @property
    def last(self) -> TradedDay | None:
        """The day traded last."""
        return self.days[-1] if self.days else None

    @property
    def is_cut_off(self) -> bool:
        """Whether the last run was left before its end, and may still be under way."""
        return self.last is not None and self.last.outcome == UNFINISHED

    @property
    def has_failed(self) -> bool:
        """Whether the last run ended before all its functions had."""
        return self.last is not None and self.last.outcome == Ending.FAILED

    def why_afresh(self, day: dt.date) -> str | None:
        """Say why a day cannot follow on what is on record, or None if it can."""
        if self.last is None:
            return "nothing was traded here yet"
        if self.is_cut_off:
            return f"the run of {self.last.day} did not come to its end"
        if day <= self.last.day:
            return f"{day} does not lie after {self.last.day}, the day traded last"
        return None

    def with_day(self, day: dt.date, outcome: str) -> Journal:
        """Enter a day, or how the last one ended."""
        kept = tuple(known for known in self.days if known.day != day)
        return self.model_copy(update={"days": (*kept, TradedDay(day=day, outcome=outcome))})


def days_folder(work: WorkFolder) -> Path:
    """Give the folder of everything that trading days leave."""
    return work.home / "days"


def read_journal(work: WorkFolder, life: str) -> Journal:
    """Read the journal of this life; that of an earlier one is of no use."""
    try:
        journal = Journal.model_validate_json(_file(work).read_text())
    except (OSError, ValueError):
        return Journal(life=life)
    return journal if journal.life == life else Journal(life=life)


def write_journal(work: WorkFolder, journal: Journal) -> None:
    """Keep the journal, whole or not at all."""
    file = _file(work)
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_suffix(".new")
    partial.write_text(json.dumps(journal.model_dump(mode="json"), indent=2))
    partial.replace(file)


def _file(work: WorkFolder) -> Path:
    return days_folder(work) / "journal.json"
