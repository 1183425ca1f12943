from __future__ import annotations

import re
from pathlib import Path

import pytest

from policies.rules import RULES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/controls.md").read_text(encoding="utf-8")
APPLIED = PAGE.partition("## Applied")[2].partition("## Waived")[0]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in APPLIED.splitlines()
    if line.startswith("| ") and not line.startswith(("| control", "| ---"))
]
NAMED = {name for row in ROWS for name in re.findall(r"[a-z0-9]+(?:-[a-z0-9]+)+", row[3])}


@pytest.mark.parametrize("name", [rule.name for rule in RULES])
def test_every_rule_is_on_the_page(name: str) -> None:
    assert name in NAMED


def test_the_page_names_no_rule_that_is_not_there() -> None:
    assert {rule.name for rule in RULES} >= NAMED


def test_the_page_names_files_that_are_there() -> None:
    files = {path for row in ROWS for path in re.findall(r"[\w/]+/[\w/]+\.py", row[2])}

    assert [path for path in sorted(files) if not (ROOT / path).is_file()] == []


def test_the_page_of_gaps_names_files_that_are_there() -> None:
    gaps = (ROOT / "docs/ministack-gaps.md").read_text(encoding="utf-8")
    named = {path for path in re.findall(r"`((?:[\w]+/)+[\w.]+)`", gaps)}

    assert len(named) > 15
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []
