"""What DynamoDB refuses of a table as a whole: (property, what is wrong) for each.

The words are those of the official provider (internal/service/dynamodb of its sources) where it is
the one that refuses, else the service's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attached_providers.aws.dynamodb_indexes import key_schema
from attached_providers.wire import UNKNOWN, Values

Failures = Iterator[tuple[str, str]]
ON_DEMAND, PROVISIONED = "PAY_PER_REQUEST", "PROVISIONED"
CAPACITIES = {"readCapacity": "read", "writeCapacity": "write"}
INDEXES = ("globalSecondaryIndexes", "localSecondaryIndexes")
INVALID = "ValidationException: One or more parameter values were invalid"


def table(new: Values) -> Failures:
    """Refuse keys, indexes, capacity and streams that do not go together."""
    if not new.get("hashKey"):
        yield "hashKey", "missing required property hashKey"
    elif new.get("rangeKey") == new["hashKey"]:
        what = "Both the Hash Key and the Range Key element in the KeySchema have the same name"
        yield "rangeKey", f"ValidationException: {what}"
    yield from _attributes(new)
    yield from _capacity(new)
    yield from _indexes(new)
    if (new.get("ttl") or {}).get("enabled") and not new["ttl"].get("attributeName"):
        yield "ttl.attributeName", "missing required property ttl.attributeName: ttl is enabled"
    yield from _stream(new)


def _attributes(new: Values) -> Failures:
    tables = (new, *(index for _, index in _all_indexes(new)))
    keyed = {key["AttributeName"] for item in tables for key in key_schema(item)}
    named = {item["name"] for item in new.get("attributes") or ()}
    if UNKNOWN in keyed | named:
        return
    if unused := sorted(named - keyed):
        yield "attributes", f"all attributes must be indexed. Unused attributes: {unused}"
    if missing := sorted(keyed - named):
        yield "attributes", f"all indexes must match a defined attribute. Unmatched: {missing}"


def _capacity(new: Values) -> Failures:
    """Refuse capacity of nothing, and capacity where none is bought.

    The official provider lets the latter pass in the one update that leaves provisioned capacity,
    and refuses it from the next on.
    """
    mode = new.get("billingMode")
    for name, kind in CAPACITIES.items():
        units = new.get(name)
        if mode == PROVISIONED and _is_none(units):
            yield name, f'{kind}_capacity must be at least 1 when billing_mode is "{mode}"'
        if mode == ON_DEMAND and units is not UNKNOWN and units:
            yield name, f'{kind}_capacity can not be set when billing_mode is "{mode}"'
    for place, index in enumerate(new.get("globalSecondaryIndexes") or ()):
        for name, kind in CAPACITIES.items():
            if mode == PROVISIONED and isinstance(index, Mapping) and _is_none(index.get(name)):
                what = f"{kind} capacity must be > 0 when billing mode is {mode}"
                yield f"globalSecondaryIndexes[{place}].{name}", f"failed to create GSI: {what}"


def _is_none(units: Any) -> bool:
    return units is not UNKNOWN and (units or 0) < 1


def _indexes(new: Values) -> Failures:
    names: list[Any] = []
    for where, index in _all_indexes(new):
        if index["name"] in names and index["name"] is not UNKNOWN:
            yield where, f"{INVALID}: Duplicate index name: {index['name']}"
        names.append(index["name"])
        yield from _projection(where, index)
    if new.get("localSecondaryIndexes") and not new.get("rangeKey"):
        what = "Table KeySchema does not have a range key, which is required when specifying a"
        yield "localSecondaryIndexes", f"{INVALID}: {what} LocalSecondaryIndex"


def _projection(where: str, index: Values) -> Failures:
    kind, listed = index.get("projectionType"), index.get("nonKeyAttributes")
    if kind is UNKNOWN or listed is UNKNOWN:
        return
    if bool(listed) != (kind == "INCLUDE"):
        what = "specified" if listed else "not specified"
        what = f"ProjectionType is {kind}, but NonKeyAttributes is {what}"
        yield f"{where}.nonKeyAttributes", f"{INVALID}: {what}"


def _stream(new: Values) -> Failures:
    shown, on = new.get("streamViewType"), new.get("streamEnabled")
    if on is UNKNOWN or shown is UNKNOWN:
        return
    if on and not shown:
        yield "streamViewType", "stream_view_type is required when stream_enabled = true"
    if shown and not on:
        # The official provider sends no stream then, and finds a difference in every preview.
        what = f"StreamViewType {shown} is for a stream, and StreamEnabled is not true"
        yield "streamViewType", f"{INVALID}: {what}"


def _all_indexes(new: Values) -> Iterator[tuple[str, Values]]:
    for kind in INDEXES:
        for place, index in enumerate(new.get(kind) or ()):
            if isinstance(index, Mapping):
                yield f"{kind}[{place}]", index
