"""A text that no item holds is read back from its parts."""

from __future__ import annotations

import pytest

from tests.cloud import Cloud
from the_alchemiser.shared.errors import PermanentError
from the_alchemiser.shared.long_text import part_items, read_text, text_attributes
from the_alchemiser.shared.table import Item, Table

KEY = {"PK": "PLAN#1", "SK": "METADATA"}


def kept(table: Table, text: str) -> Item:
    parts = list(part_items("plan", text, KEY["PK"], 1_700_000_000))
    for part in parts:
        assert table.put_new(part)
    table.put_new({**KEY, **text_attributes("plan", text)})
    return table.get(KEY) or {}


@pytest.mark.parametrize("text", ["", "short", "x" * 300_000])
def test_what_fits_stands_in_its_item(text: str, cloud: Cloud) -> None:
    table = cloud.table()
    assert kept(table, text)["plan"] == text
    assert table.items("PLAN#1", "PART#") == []


@pytest.mark.parametrize("text", ["x" * 300_001, "12 345 €😀" * 200_000])
def test_what_does_not_fit_lies_in_parts(text: str, cloud: Cloud) -> None:
    table = cloud.table()
    item = kept(table, text)
    assert "plan" not in item
    assert read_text(table, "plan", item) == text
    assert {part["ttl"] for part in table.items("PLAN#1", "PART#")} == {1_700_000_000}


def test_another_writers_parts_are_not_mixed_in(cloud: Cloud) -> None:
    table = cloud.table()
    first = kept(table, "a" * 400_000)
    kept(table, "b" * 400_000)
    assert read_text(table, "plan", first) == "a" * 400_000


def test_a_part_that_is_gone_is_an_error(cloud: Cloud) -> None:
    table = cloud.table()
    item = kept(table, "a" * 400_000)
    part = table.items("PLAN#1", "PART#")[1]
    cloud.client("dynamodb").delete_item(
        TableName=table.name, Key={name: {"S": part[name]} for name in ("PK", "SK")}
    )
    with pytest.raises(PermanentError, match="lacks its PART#"):
        read_text(table, "plan", item)
