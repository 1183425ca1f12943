"""Checks a program's inputs against a resource type and fills in what the official schema does."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from attached_providers.limits import breaches
from attached_providers.resource import Naming, ResourceType
from attached_providers.schema import (
    ARCHIVE,
    FLAG,
    INTEGER,
    JSON,
    NUMBER,
    TEXT,
    Block,
    Kind,
    ListOf,
    MapOf,
    Prop,
    Scalar,
)
from attached_providers.wire import UNKNOWN, Values, has_unknown, is_archive

NUMBERED: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?", re.IGNORECASE)
DEFAULTS: Final = "__defaults"
"""Input in which the official provider keeps the names of the inputs that it filled in."""

Failure = tuple[str, str]
"""A property's path and what is wrong with it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Seed:
    """What a made-up name is made from."""

    resource_name: str
    random: bytes
    proposed: str | None = None
    """Name the engine's autonaming configuration asks for."""
    forbidden: bool = False
    """Autonaming is switched off."""


def check(
    row: ResourceType, old: Values, new: Values, seed: Seed, default_tags: Mapping[str, str]
) -> tuple[dict[str, Any], list[Failure]]:
    """Return the inputs as they are recorded, and every failure."""
    given = {key: item for key, item in new.items() if item is not None and key != DEFAULTS}
    filled = _named(row, old, given, seed)
    inputs = _settled(row.inputs, {**given, **filled})
    failures = list(object_failures(row.inputs, inputs, ""))
    failures += [] if failures else [*breaches(row.limits, inputs), *row.check(inputs)]
    defaults = {*filled, *(key for key in inputs if key not in new)}
    inputs[DEFAULTS] = sorted(defaults)
    if row.tagged and not failures:
        inputs["tagsAll"] = merge_tags(default_tags, inputs.get("tags"))
    return inputs, failures


def merge_tags(default_tags: Mapping[str, str], tags: Any) -> Any:
    """Lay a resource's own tags over the provider's; one unknown makes the whole unknown."""
    if has_unknown(tags):
        return UNKNOWN
    return {**default_tags, **(tags or {})}


def _named(row: ResourceType, old: Values, given: Values, seed: Seed) -> dict[str, Any]:
    naming = row.naming
    if naming is None or naming.prop in given or f"{naming.prop}Prefix" in given:
        return {}
    if naming.prop in old and naming.prop in (old.get(DEFAULTS) or []):
        return {naming.prop: old[naming.prop]}
    if seed.forbidden:
        return {}
    return {naming.prop: _made_up(naming, given, seed)}


def _made_up(naming: Naming, given: Values, seed: Seed) -> str:
    suffix = naming.suffix(given)
    if seed.proposed:
        return f"{naming.prefix}{seed.proposed}{suffix}"
    noise = hashlib.sha256(seed.random).hexdigest()[:7]
    stem = naming.prefix + (seed.resource_name.lower() if naming.lower else seed.resource_name)
    room = naming.longest - len(noise) - len(suffix) - 1
    return f"{stem[:room]}{naming.separator}{noise}{suffix}"


def _settled(fields: Mapping[str, Prop], values: Values) -> dict[str, Any]:
    """Fill defaults in, and write each scalar as its property is, all the way down."""
    out = {key: prop.default for key, prop in fields.items() if prop.default is not None}
    for key, item in values.items():
        out[key] = _settle(fields[key].kind, item) if key in fields else item
    return out


def _settle(kind: Kind, value: Any) -> Any:
    if kind is JSON and isinstance(value, (dict, list)):
        return UNKNOWN if has_unknown(value) else json.dumps(value)
    if isinstance(kind, Scalar):
        read = _read_as(kind, value)
        return value if read is None else read
    if isinstance(kind, ListOf) and isinstance(value, list):
        return [_settle(kind.item, item) for item in value]
    if isinstance(value, Mapping):
        return _settle_fields(kind, value)
    return value


def _settle_fields(kind: Kind, value: Values) -> Any:
    if isinstance(kind, MapOf):
        return {key: _settle(kind.item, item) for key, item in value.items()}
    return _settled(kind.fields, value) if isinstance(kind, Block) else value


def object_failures(fields: Mapping[str, Prop], values: Values, path: str) -> Iterator[Failure]:
    """Name every unknown, missing and mistyped property, all the way down."""
    for key in values:
        if key not in fields:
            known = ", ".join(sorted(fields))
            yield f"{path}{key}", f"unknown property {path}{key}; expected one of: {known}"
    for key, prop in fields.items():
        value = values.get(key)
        if value is None:
            if prop.required:
                yield f"{path}{key}", f"missing required property {path}{key}"
            continue
        yield from _value_failures(prop.kind, value, f"{path}{key}")


def _value_failures(kind: Kind, value: Any, path: str) -> Iterator[Failure]:
    if value is UNKNOWN or value is None:
        return
    if isinstance(kind, Scalar):
        yield from _scalar_failures(kind, value, path)
    elif isinstance(kind, ListOf):
        yield from _list_failures(kind, value, path)
    elif not isinstance(value, Mapping):
        yield path, f"expected an object for {path}, found {type(value).__name__}"
    elif isinstance(kind, MapOf):
        for key, item in value.items():
            yield from _value_failures(kind.item, item, f"{path}.{key}")
    else:
        yield from object_failures(kind.fields, value, f"{path}.")


def _scalar_failures(kind: Scalar, value: Any, path: str) -> Iterator[Failure]:
    if not _accepts(kind, value):
        found = f"{type(value).__name__} {value!r}"
        yield path, f"expected {kind.name} for {path}, found {found[:120]}"
    elif kind is JSON and isinstance(value, str) and not _is_json(value):
        yield path, f"expected JSON for {path}, found {value[:120]!r}"


def _is_json(value: str) -> bool:
    try:
        json.loads(value or "{}")
    except ValueError:
        return False
    return True


def _list_failures(kind: ListOf, value: Any, path: str) -> Iterator[Failure]:
    if not isinstance(value, list):
        yield path, f"expected a list for {path}, found {type(value).__name__}"
        return
    for index, item in enumerate(value):
        yield from _value_failures(kind.item, item, f"{path}[{index}]")


def _accepts(kind: Scalar, value: Any) -> bool:
    if kind is ARCHIVE:
        return is_archive(value)
    if isinstance(value, bool):
        return bool in kind.accepts
    return isinstance(value, kind.accepts)


def _read_as(kind: Scalar, value: Any) -> Any:
    """Read what was written as another scalar as the official bridge and its SDK do; else None.

    Numbers and flags may be written as text, and texts as numbers or flags (makeTerraformInput of
    pulumi-terraform-bridge's pkg/tfbridge/schema.go, and the conversions of zclconf/go-cty).
    """
    if kind is TEXT and isinstance(value, bool):
        return "true" if value else "false"
    if kind is TEXT and isinstance(value, int | float):
        return format(Decimal(repr(value)), "f")
    if kind is FLAG and isinstance(value, str):
        return {"true": True, "1": True, "false": False, "0": False}.get(value.lower())
    if kind in (INTEGER, NUMBER) and isinstance(value, str) and NUMBERED.fullmatch(value):
        whole = Decimal(value) == Decimal(value).to_integral_value()
        return int(Decimal(value)) if whole else float(value) if kind is NUMBER else None
    return None
