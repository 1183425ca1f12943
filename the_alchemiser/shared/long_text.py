"""A text that may be longer than an item: then it lies in parts beside the item that names them.

DynamoDB takes items of up to 400 KB:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html. Parts are named
by the digest of the whole, so that writers who disagree never mix theirs, and are written first:
where the item is, all of its parts are.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from the_alchemiser.shared.errors import PermanentError
from the_alchemiser.shared.table import Item, Key, Table

MAX_INLINE_BYTES = 300_000
"""What an item holds itself; the rest of its 400 KB is for its other attributes."""
PART_CHARACTERS = 75_000
"""At four bytes each they still fit a part."""


def text_attributes(name: str, text: str) -> Item:
    """Give the attributes that hold a text under a name: itself, or where its parts are."""
    if len(text.encode()) <= MAX_INLINE_BYTES:
        return {name: text}
    return {f"{name}_sha256": _digest(text), f"{name}_parts": _count(text)}


def part_items(name: str, text: str, partition: str, expires_s: int | None) -> Iterator[Item]:
    """Give the items to write before the one that names them; none for a text that fits."""
    if len(text.encode()) <= MAX_INLINE_BYTES:
        return
    digest = _digest(text)
    for number in range(_count(text)):
        start = number * PART_CHARACTERS
        yield {
            **_part_key(partition, digest, number),
            name: text[start : start + PART_CHARACTERS],
            **({} if expires_s is None else {"ttl": expires_s}),
        }


def read_text(table: Table, name: str, item: Item) -> str:
    """Read a text that an item holds, or the parts that it names."""
    if name in item:
        return str(item[name])
    digest = item[f"{name}_sha256"]
    text = "".join(
        _read_part(table, name, _part_key(item["PK"], digest, number))
        for number in range(int(item[f"{name}_parts"]))
    )
    if _digest(text) != digest:
        raise PermanentError(f"expected the {name} of {item['PK']} with digest {digest[:12]}")
    return text


def _read_part(table: Table, name: str, key: Key) -> str:
    part = table.get(key)
    if part is None:
        raise PermanentError(f"the {name} of {key['PK']} lacks its {key['SK']}")
    return str(part[name])


def _part_key(partition: str, digest: str, number: int) -> dict[str, str]:
    return {"PK": partition, "SK": f"PART#{digest[:16]}#{number:04}"}


def _count(text: str) -> int:
    return -(-len(text) // PART_CHARACTERS)


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
