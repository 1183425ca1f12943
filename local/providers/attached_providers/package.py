"""A provider's resource types as the package schema that the engine asks for.

https://www.pulumi.com/docs/iac/guides/building-extending/packages/schema/
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from attached_providers.resource import ResourceType
from attached_providers.schema import (
    ARCHIVE,
    FLAG,
    INTEGER,
    NUMBER,
    Block,
    Kind,
    ListOf,
    MapOf,
    Prop,
)

ANY = {"$ref": "pulumi.json#/Any"}
SCALARS = {FLAG: {"type": "boolean"}, INTEGER: {"type": "integer"}, NUMBER: {"type": "number"}}


def package_schema(name: str, version: str, rows: Iterable[ResourceType]) -> dict[str, Any]:
    """Describe a package with the resource types of a table."""
    return {
        "name": name,
        "version": version,
        "meta": {"moduleFormat": "(.*)(?:/[^/]*)"},
        "resources": {row.token: _resource(row) for row in rows},
    }


def _resource(row: ResourceType) -> dict[str, Any]:
    inputs = _properties(row.inputs)
    return {
        "inputProperties": inputs,
        "requiredInputs": sorted(key for key, prop in row.inputs.items() if prop.required),
        "properties": {**inputs, **_properties(row.outputs)},
    }


def _properties(props: Mapping[str, Prop]) -> dict[str, Any]:
    return {
        key: {**_type(prop.kind), **({"secret": True} if prop.secret else {})}
        for key, prop in props.items()
    }


def _type(kind: Kind) -> dict[str, Any]:
    if isinstance(kind, ListOf):
        return {"type": "array", "items": _type(kind.item)}
    if isinstance(kind, MapOf):
        return {"type": "object", "additionalProperties": _type(kind.item)}
    if isinstance(kind, Block):
        return {"type": "object", "additionalProperties": ANY}
    if kind is ARCHIVE:
        return {"$ref": "pulumi.json#/Archive"}
    return SCALARS.get(kind, {"type": "string"})
