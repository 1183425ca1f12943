"""What holds for all tests."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import settings

# A busy machine is no defect; pytest-timeout ends what hangs.
settings.register_profile("alchemiser", deadline=None)
settings.load_profile("alchemiser")

HERE = Path(__file__).parent

STACKS: Mapping[str, str] = {
    "engine/test_operations.py": "rehearsals",
    "engine/test_differences.py": "rehearsals",
    "engine/": "local-stack",
    "day/": "trading-floor",
    "local/providers/test_lives_on_ministack.py": "emulator",
}
"""Tests that share a deployed stack: each group runs in one process, in order."""

LONGEST_FIRST = ("local-stack", "trading-floor", "rehearsals", "emulator")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long groups first, so that what is short fills the gaps at the end."""
    for item in items:
        if group := _group(item.path):
            item.add_marker(pytest.mark.xdist_group(group))
    items.sort(key=lambda item: (*LONGEST_FIRST, "").index(_group(item.path)))


def _group(path: Path) -> str:
    name = path.relative_to(HERE).as_posix()
    return next((group for place, group in STACKS.items() if name.startswith(place)), "")
