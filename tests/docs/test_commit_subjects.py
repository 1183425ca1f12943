"""A commit's subject begins with an area: `packager: Copy wheels into layers`."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LAST_WITHOUT = "5bd8dbc2e7b3be4d55f53ee6f737d092f2136cc3"
"""The rule is kept since then; nobody rewrites what was before."""
SUBJECT = re.compile(r"(?P<areas>[a-z][\w./-]*(, [a-z][\w./-]*)*): [A-Z`]\S* ?.*")


def git(*arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout


def subjects() -> list[str]:
    """Read the subjects since the rule is kept."""
    return git("log", "--no-merges", "--format=%s", *since()).splitlines()


def since() -> list[str]:
    """Give the commits to read: in a shallow clone, those that there are."""
    known = subprocess.run(
        ["git", "cat-file", "-e", LAST_WITHOUT], cwd=ROOT, check=False, capture_output=True
    )
    return [f"{LAST_WITHOUT}..HEAD"] if known.returncode == 0 else []


def areas() -> set[str]:
    """Name every folder and module, by itself and by its path, also those that went since."""
    gone = git("log", "--diff-filter=DR", "--no-renames", "--name-only", "--format=", *since())
    files = [Path(name) for name in (git("ls-files") + gone).splitlines() if name]
    folders = {folder for file in files for folder in file.parents}
    names = {part.lstrip(".") for folder in folders for part in folder.parts}
    return names | {str(folder) for folder in folders} | {file.stem for file in files}


def is_fit(subject: str, known: set[str]) -> bool:
    found = SUBJECT.fullmatch(subject)
    return found is not None and known.issuperset(found["areas"].split(", "))


def test_every_subject_begins_with_an_area_of_this_repository() -> None:
    found, known = subjects(), areas()

    assert found
    assert [subject for subject in found if not is_fit(subject, known)] == []


@pytest.mark.parametrize(
    "subject", ["Copy wheels into layers", "packager copies wheels", "packager: copies", "it: Ask"]
)
def test_another_form_and_an_unknown_area_are_found(subject: str) -> None:
    assert not is_fit(subject, {"packager"})


@pytest.mark.parametrize("subject", ["packager: Copy wheels", "packager, local/day: `a` goes"])
def test_areas_are_folders_and_modules(subject: str) -> None:
    assert is_fit(subject, {"packager", "local/day"})
