"""Queries in moto's DynamoDB that look at one partition, as DynamoDB's do.

moto sorts a whole table for each of them, so that a thousand trades would take an hour.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import Table

Asked = list[tuple[str, DynamoType]]
"""Names of key attributes, and what they are to be."""


def _narrowed(query: Callable[..., Any]) -> Callable[..., Any]:
    def asked(self: Table, hash_key: DynamoType | None, *rest: Any, **more: Any) -> Any:
        wanted: Asked = list(more.get("hash_key_conditions") or [])
        if not wanted and hash_key is not None:
            wanted = [(self.hash_key_attr, hash_key)]
        self.asked = wanted  # type: ignore[attr-defined]
        try:
            return query(self, hash_key, *rest, **more)
        finally:
            self.asked = []  # type: ignore[attr-defined]

    return asked


def _narrowing(all_items: Callable[[Table], list[Item]]) -> Callable[[Table], list[Item]]:
    def given(self: Table) -> list[Item]:
        wanted: Asked = getattr(self, "asked", [])
        if not wanted or not self.range_key_attr:
            return all_items(self)
        # moto types the inner table as an item.
        partitions: list[dict[str, Item]] = list(self.items.values())
        return [item for each in partitions for item in each.values() if _is_of(item, wanted)]

    return given


def _is_of(item: Item, wanted: Asked) -> bool:
    found = [(item.attrs.get(name), value) for name, value in wanted]
    return all(here is not None and here.value == there.value for here, there in found)


def mend() -> None:
    """Let moto look at the partition that is asked for, in this process."""
    Table.query = _narrowed(Table.query)  # type: ignore[method-assign]
    Table.all_items = _narrowing(Table.all_items)  # type: ignore[assignment,method-assign]
