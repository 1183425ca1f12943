"""The rooms that others can take name neither this system nor its stages nor its trade."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted(
    path.relative_to(ROOT)
    for room in ("blueprint", "components", "packager")
    for path in (ROOT / room).rglob("*.py")
)
OURS = re.compile(
    r"alchemiser|alpaca|(?<!/)\b(dev|prod)\b|\b(trad(e|es|ing)|broker|market|portfolio|equity)\b",
    re.IGNORECASE,
)
ADDRESS = re.compile(r"https?://\S+")


@pytest.mark.parametrize("file", FILES, ids=str)
def test_a_reusable_module_says_nothing_of_ours(file: Path) -> None:
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()

    assert [line for line in lines if OURS.search(ADDRESS.sub("", line))] == []


@pytest.mark.parametrize("line", ['STAGES = ("dev",)', "# the alchemiser's", "the market's close"])
def test_what_is_ours_would_be_noticed(line: str) -> None:
    assert OURS.search(line)
