"""The words in which a resource type's properties are declared."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Equal = Callable[[Any, Any], bool]
"""Tells whether the recorded and the wanted value of a property mean the same."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """Text, number, flag: `accepts` is what Python hands over."""

    name: str
    accepts: tuple[type, ...]


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list; with `ordered` false, AWS may return the items in any order."""

    item: Kind
    ordered: bool = True


@dataclass(frozen=True, slots=True)
class MapOf:
    """A map with keys of the user's choice."""

    item: Kind


@dataclass(frozen=True, slots=True)
class Block:
    """A nested object with declared fields."""

    fields: Mapping[str, Prop]


Kind = Scalar | ListOf | MapOf | Block

TEXT = Scalar("a string", (str,))
INTEGER = Scalar("an integer", (int,))
NUMBER = Scalar("a number", (int, float))
FLAG = Scalar("a boolean", (bool,))
JSON = Scalar("JSON text or an object", (str, dict, list))
ARCHIVE = Scalar("an archive", (dict,))
ANYTHING = Scalar("any value", (str, int, float, dict, list, bool))


@dataclass(frozen=True, kw_only=True, slots=True)
class Treatment:
    """How the cloud's API treats a property, which the SDK's classes do not say."""

    replaces: bool = False
    """A change makes a new resource."""
    computed: bool = False
    """AWS chooses a value when the program gives none: unknown in a preview, never a change."""
    left_out: Any = None
    """With `computed`: what AWS takes when nothing is said, so that leaving it out is a change."""
    default: Any = None
    """What the official schema fills in."""
    secret: bool = False
    kept: bool = False
    """AWS does not return it: the state keeps what the program said."""
    api: str | None = None
    """Name in the AWS API, where it is not the Pulumi name in PascalCase."""
    equal: Equal | None = None
    """Equality of meaning, for values that AWS rewrites."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Prop(Treatment):
    """One property: what it accepts and how a change of it is carried out."""

    kind: Kind
    required: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact(Treatment):
    """What a row says of a property beside the SDK's classes."""

    json: bool = False
    """Its text is a JSON document; a plain object is written as text."""
    ordered: bool = True
    """Whether the order of a list means something."""
    fields: Mapping[str, Fact] = field(default_factory=dict)
    """Of a nested object, or of the objects of a list."""
    unserved: tuple[str, ...] = ()
    """Fields of a nested object that are refused by name."""


says = Fact


def json_text(**options: Any) -> Fact:
    """Say of a text that it is JSON, compared by meaning."""
    return Fact(json=True, equal=same_json, **options)


def policy_text(**options: Any) -> Fact:
    """Say of a text that it is a policy, in which a value and a list of it are alike."""
    return Fact(json=True, equal=same_policy, **options)


def text(**options: Any) -> Prop:
    """Declare a string."""
    return Prop(kind=TEXT, **options)


def integer(**options: Any) -> Prop:
    """Declare an integer."""
    return Prop(kind=INTEGER, **options)


def flag(**options: Any) -> Prop:
    """Declare a boolean."""
    return Prop(kind=FLAG, **options)


def texts(*, ordered: bool = True, **options: Any) -> Prop:
    """Declare a list of strings."""
    return Prop(kind=ListOf(TEXT, ordered), **options)


def text_map(**options: Any) -> Prop:
    """Declare a map of strings."""
    return Prop(kind=MapOf(TEXT), **options)


def block(fields: Mapping[str, Prop], **options: Any) -> Prop:
    """Declare a nested object."""
    return Prop(kind=Block(fields), **options)


def blocks(fields: Mapping[str, Prop], *, ordered: bool = True, **options: Any) -> Prop:
    """Declare a list of nested objects."""
    return Prop(kind=ListOf(Block(fields), ordered), **options)


def same_json(old: Any, new: Any) -> bool:
    """Compare two JSON texts by meaning."""
    try:
        return bool(json.loads(old) == json.loads(new))
    except (TypeError, ValueError):
        return bool(old == new)


def same_policy(old: Any, new: Any) -> bool:
    """Compare two policies as IAM understands them."""
    try:
        return bool(_canonical(json.loads(old)) == _canonical(json.loads(new)))
    except (TypeError, ValueError):
        return bool(old == new)


def _canonical(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _canonical(item) for key, item in sorted(value.items())}
    if isinstance(value, list):
        items = sorted((_canonical(item) for item in value), key=json.dumps)
        return items[0] if len(items) == 1 else items
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, (int, float)) else value


def same_archive(old: Any, new: Any) -> bool:
    """Compare two archives by their hashes."""
    return bool(old and new and old.get("hash") == new.get("hash"))
