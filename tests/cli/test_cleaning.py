"""What `make clean` removes, and what it leaves alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.cleaning import clean
from local.problems import LocalProblem
from local.workfolder import MADE, MARKER, WorkFolder


@pytest.fixture
def work(tmp_path: Path) -> WorkFolder:
    work = WorkFolder(root=tmp_path / "checkout", home=tmp_path / "home")
    work.root.mkdir()
    return work


def fill(work: WorkFolder) -> None:
    for name in MADE:
        folder = work.home / name / "deep/er"
        folder.mkdir(parents=True)
        (folder / "file").write_text("made")
        folder.chmod(0o500)
    (work.home / "run of the stack.lock").touch()


def names(folder: Path) -> set[str]:
    return {entry.name for entry in folder.iterdir()}


def test_engine_and_tools_stay_unless_everything_is_to_go(
    work: WorkFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    work.begin()
    fill(work)

    assert clean(work, everything=False) == 0

    assert names(work.home) == {"engine", "tools", "wheel-store", MARKER}
    assert "kept: engine, tools, wheel-store (make clean ALL=1" in capsys.readouterr().err

    assert clean(work, everything=True) == 0

    assert not work.home.exists()


def test_what_was_there_before_is_never_removed(
    work: WorkFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    (work.home / "state").mkdir(parents=True)
    (work.home / "state/thesis.tex").write_text("years of work")
    (work.home / "letters.txt").write_text("dear")
    work.begin()
    (work.home / "logs").mkdir()

    assert clean(work, everything=True) == 0

    assert (work.home / "state/thesis.tex").read_text() == "years of work"
    assert names(work.home) == {"letters.txt", "state"}
    assert "not this program's: letters.txt, state" in capsys.readouterr().err


def test_a_folder_with_nothing_of_this_programs_is_left_as_it_was_found(
    work: WorkFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    (work.home / "engine").mkdir(parents=True)
    work.begin()

    clean(work, everything=False)

    assert names(work.home) == {"engine"}
    said = capsys.readouterr().err
    assert "not this program's: engine" in said
    assert "ALL=1" not in said


@pytest.mark.parametrize("note", ["", "{", "[]", '{"found": 1}'])
def test_where_the_note_of_what_was_there_is_damaged_nothing_goes(
    work: WorkFolder, note: str
) -> None:
    fill(work)
    (work.home / MARKER).write_text(note)

    clean(work, everything=True)

    assert names(work.home) >= MADE


def test_a_file_in_place_of_the_folder_is_named(work: WorkFolder) -> None:
    work.home.touch()

    with pytest.raises(LocalProblem, match="ALCHEMISER_HOME"):
        work.begin()


def test_what_others_put_there_later_stays(work: WorkFolder) -> None:
    work.begin()
    fill(work)
    (work.home / "notes").mkdir()

    clean(work, everything=True)

    assert names(work.home) == {"notes"}


def test_a_link_is_removed_and_what_it_leads_to_stays(work: WorkFolder, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "cli").touch()
    work.begin()
    (work.home / "engine").symlink_to(elsewhere)

    clean(work, everything=True)

    assert (elsewhere / "cli").exists()
    assert not work.home.exists()


def test_a_checkout_that_is_its_own_work_folder_loses_none_of_itself(tmp_path: Path) -> None:
    work = WorkFolder(root=tmp_path, home=tmp_path)
    (tmp_path / "README.md").write_text("read me")
    (tmp_path / "tools").mkdir()
    work.begin()
    (tmp_path / "days").mkdir()

    clean(work, everything=True)

    assert names(tmp_path) == {"README.md", "tools"}


def test_nothing_to_remove_is_said(work: WorkFolder, capsys: pytest.CaptureFixture[str]) -> None:
    assert clean(work, everything=False) == 0
    assert "nothing to remove" in capsys.readouterr().err
