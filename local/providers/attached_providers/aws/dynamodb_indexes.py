"""Keys and secondary indexes of a DynamoDB table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attached_providers.resource import Change
from attached_providers.wire import Values

_LOCAL = frozenset({"name", "nonKeyAttributes", "projectionType", "rangeKey"})
_SHAPE = ("projectionType", "nonKeyAttributes")


def definitions(new: Values) -> list[dict[str, str]]:
    """Spell the table's attributes."""
    return [
        {"AttributeName": item["name"], "AttributeType": item["type"]}
        for item in new.get("attributes") or ()
    ]


def key_schema(said: Values) -> list[dict[str, str]]:
    """Spell a hash key and, where there is one, a range key."""
    if said.get("keySchemas"):
        return [
            {"AttributeName": item["attributeName"], "KeyType": item["keyType"]}
            for item in said["keySchemas"]
        ]
    kinds = (("hashKey", "HASH"), ("rangeKey", "RANGE"))
    return [
        {"AttributeName": said[name], "KeyType": kind} for name, kind in kinds if said.get(name)
    ]


def keys_of(schema: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Read a key schema back."""
    kinds = {"HASH": "hashKey", "RANGE": "rangeKey"}
    return {kinds[item["KeyType"]]: item["AttributeName"] for item in schema}


def throughput(said: Values) -> dict[str, int]:
    """Spell provisioned capacity; at least one unit of each, as DynamoDB asks."""
    return {
        "ReadCapacityUnits": max(1, said.get("readCapacity") or 0),
        "WriteCapacityUnits": max(1, said.get("writeCapacity") or 0),
    }


def definition(index: Values, *, provisioned: bool) -> dict[str, Any]:
    """Spell an index."""
    projection: dict[str, Any] = {"ProjectionType": index["projectionType"]}
    if index.get("nonKeyAttributes"):
        projection["NonKeyAttributes"] = index["nonKeyAttributes"]
    return {
        "IndexName": index["name"],
        "KeySchema": key_schema(index),
        "Projection": projection,
        **({"ProvisionedThroughput": throughput(index)} if provisioned else {}),
    }


def described(
    found: Sequence[Mapping[str, Any]] | None, *, local: bool = False
) -> list[dict[str, Any]]:
    """Read indexes back."""
    return [_described(item, local=local) for item in found or ()]


def steps(change: Change, *, provisioned: bool) -> Iterator[dict[str, Any]]:
    """Give the updates that lead from the old global indexes to the new: one index at a time."""
    old, new = _by_name(change.old), _by_name(change.new)
    changed = {name for name in old.keys() & new.keys() if _shape(old[name]) != _shape(new[name])}
    for name in sorted((old.keys() - new.keys()) | changed):
        yield _step("Delete", {"IndexName": name})
    for name in sorted((new.keys() - old.keys()) | changed):
        wanted = {"Create": definition(new[name], provisioned=provisioned)}
        yield {
            "AttributeDefinitions": definitions(change.new),
            "GlobalSecondaryIndexUpdates": [wanted],
        }
    for name in sorted((old.keys() & new.keys()) - changed):
        before, after = throughput(old[name]), throughput(new[name])
        if provisioned and before != after:
            yield _step("Update", {"IndexName": name, "ProvisionedThroughput": after})


def _described(found: Mapping[str, Any], *, local: bool) -> dict[str, Any]:
    projection, capacity = found["Projection"], found.get("ProvisionedThroughput", {})
    out = {
        "name": found["IndexName"],
        "projectionType": projection["ProjectionType"],
        "nonKeyAttributes": projection.get("NonKeyAttributes") or [],
        **keys_of(found["KeySchema"]),
        "keySchemas": [
            {"attributeName": item["AttributeName"], "keyType": item["KeyType"]}
            for item in found["KeySchema"]
        ],
    }
    if local:
        return {key: item for key, item in out.items() if key in _LOCAL}
    return {
        **out,
        "readCapacity": capacity.get("ReadCapacityUnits", 0),
        "writeCapacity": capacity.get("WriteCapacityUnits", 0),
    }


def _by_name(side: Values) -> dict[str, Values]:
    return {item["name"]: item for item in side.get("globalSecondaryIndexes") or ()}


def _shape(index: Values) -> tuple[Any, ...]:
    keys = tuple((item["KeyType"], item["AttributeName"]) for item in key_schema(index))
    return keys + tuple(
        sorted(index.get(key) or ()) if key == "nonKeyAttributes" else index.get(key) or ""
        for key in _SHAPE
    )


def _step(kind: str, wanted: dict[str, Any]) -> dict[str, Any]:
    return {"GlobalSecondaryIndexUpdates": [{kind: wanted}]}
