"""What the pages say of one another and of the tree is so."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("local/*/*.md")])
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)[^)]*\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    targets = [it for it in LINK.findall(page.read_text()) if "://" not in it]

    assert [it for it in targets if not (page.parent / it).exists()] == []


def test_every_decision_is_in_the_index_under_its_own_title() -> None:
    index = (ROOT / "docs/decisions/README.md").read_text()
    listed = dict(re.findall(r"- \[\d{4}\]\(([^)]+)\) (.+)", index))
    titles = {
        file.name: re.sub(r"^# \d{4}[:.]? ", "", file.read_text().splitlines()[0])
        for file in (ROOT / "docs/decisions").glob("0*.md")
    }

    assert listed == titles


def test_every_folder_that_architecture_names_is_there() -> None:
    page = (ROOT / "docs/architecture.md").read_text()
    named = {it for it in re.findall(r"[a-z_]+(?:/[a-z_]+)*/(?=[\s`*])", page)}

    assert {it for it in named if not (ROOT / it).is_dir()} == set()
    assert len(named) > 10


def test_every_make_target_that_a_page_names_is_there() -> None:
    targets = set(re.findall(r"^([a-z -]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE))
    known = {name for line in targets for name in line.split()}
    pages = [page for page in PAGES if page.name != "CHANGELOG.md"]
    named = {
        (page.name, name)
        for page in pages
        for name in re.findall(r"`make ([a-z][a-z-]*)", page.read_text())
    }

    assert {(page, name) for page, name in named if name not in known} == set()


def test_every_line_of_make_help_fits_a_terminal() -> None:
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)

    assert [line for line in shown.stdout.splitlines() if len(line) > 80] == []
    assert len(shown.stdout.splitlines()) > 40
