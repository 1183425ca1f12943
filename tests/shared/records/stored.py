"""Items as functions have stored them: what an earlier release left, a later one has to read.

Written by one day of portfolio, execution and both aggregators. They change only when the stored
form is meant to change.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from the_alchemiser.shared.table import Item, decode

ITEMS: dict[str, Item] = {
    name: decode(item)
    for name, item in json.loads(Path(__file__).with_name("items.json").read_text()).items()
}
DOCUMENTS = ("consolidated_portfolio", "execution_data", "message_body", "outcome")
"""Attributes that hold JSON with a contract of its own, which may gain fields."""


def differences(expected: Item, found: Item) -> list[str]:
    """Name the attributes in which an item is not as it was stored."""
    names = sorted({*expected, *found})
    return [name for name in names if not _is_same(name, expected.get(name), found.get(name))]


def _is_same(name: str, expected: Any, found: Any) -> bool:
    if name not in DOCUMENTS or expected is None or found is None:
        return bool(expected == found)
    was, now = json.loads(expected), json.loads(found)
    return bool(was == {key: value for key, value in now.items() if key in was})
