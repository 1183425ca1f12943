from __future__ import annotations

from datetime import date
from pathlib import Path

from local.day.journal import UNFINISHED, Journal, read_journal, write_journal
from local.workfolder import WorkFolder

FIRST, SECOND = date(2022, 3, 15), date(2022, 3, 16)


def test_a_later_day_follows_on_a_finished_one() -> None:
    journal = Journal(life="a").with_day(FIRST, "completed")
    assert journal.why_afresh(SECOND) is None


def test_the_first_an_earlier_and_the_same_day_start_afresh() -> None:
    journal = Journal(life="a").with_day(SECOND, "completed")
    assert "nothing was traded" in (Journal(life="a").why_afresh(FIRST) or "")
    assert "does not lie after" in (journal.why_afresh(FIRST) or "")
    assert "does not lie after" in (journal.why_afresh(SECOND) or "")


def test_after_an_unfinished_day_everything_starts_afresh() -> None:
    journal = Journal(life="a").with_day(FIRST, UNFINISHED)
    assert journal.is_cut_off
    assert "did not come to its end" in (journal.why_afresh(SECOND) or "")
    ended = journal.with_day(FIRST, "failed")
    assert not ended.is_cut_off
    assert ended.has_failed
    assert ended.why_afresh(SECOND) is None


def test_a_journal_of_another_life_is_forgotten(tmp_path: Path) -> None:
    work = WorkFolder(root=tmp_path, home=tmp_path / "home")
    write_journal(work, Journal(life="a").with_day(FIRST, "completed"))
    assert read_journal(work, "a").last is not None
    assert read_journal(work, "b").last is None


def test_a_damaged_journal_is_an_empty_one(tmp_path: Path) -> None:
    work = WorkFolder(root=tmp_path, home=tmp_path / "home")
    write_journal(work, Journal(life="a"))
    (work.home / "days/journal.json").write_text("{")
    assert read_journal(work, "a") == Journal(life="a")
