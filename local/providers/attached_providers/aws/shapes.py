"""Turns properties into AWS request fields and answers back, by the declared shapes.

A Pulumi name in camelCase is the AWS name in PascalCase unless the property says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from attached_providers.schema import Block, Kind, ListOf, Prop
from attached_providers.wire import Values


def to_api(fields: Mapping[str, Prop], values: Values, names: Iterable[str] = ()) -> dict[str, Any]:
    """Return the request fields of the given properties (all, if none are named)."""
    wanted = tuple(names) or tuple(fields)
    return {
        _api_name(name, fields[name]): _outward(fields[name].kind, values[name])
        for name in wanted
        if values.get(name) is not None
    }


def from_api(
    fields: Mapping[str, Prop], answer: Mapping[str, Any], names: Iterable[str] = ()
) -> dict[str, Any]:
    """Return the properties that an answer holds."""
    wanted = tuple(names) or tuple(fields)
    found = {name: answer.get(_api_name(name, fields[name])) for name in wanted}
    return {
        name: _inward(fields[name].kind, item) for name, item in found.items() if item is not None
    }


def _api_name(name: str, prop: Prop) -> str:
    return prop.api or name[0].upper() + name[1:]


def _outward(kind: Kind, value: Any) -> Any:
    if isinstance(kind, Block):
        return to_api(kind.fields, value)
    if isinstance(kind, ListOf):
        return [_outward(kind.item, item) for item in value]
    return value


def _inward(kind: Kind, value: Any) -> Any:
    if isinstance(kind, Block):
        return from_api(kind.fields, value)
    if isinstance(kind, ListOf):
        return [_inward(kind.item, item) for item in value]
    return value
