"""A resource type's properties: the SDK's declarations, with what only the cloud's API tells."""

from __future__ import annotations

import collections.abc
import threading
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any

from attached_providers import official
from attached_providers.schema import (
    ARCHIVE,
    JSON,
    Block,
    Fact,
    Kind,
    ListOf,
    MapOf,
    Prop,
    same_archive,
)

READING = threading.RLock()
"""Held while classes of the SDK are read: it loads its modules lazily, which is safe for one thread
alone before Python 3.12.3 (https://github.com/python/cpython/issues/114763)."""
NOTHING = Fact()
NO_FACTS: Mapping[str, Fact] = MappingProxyType({})
COMMON = frozenset({"region", "tags", "tagsAll"})
"""What every row that has them treats alike."""


class Declared(Mapping[str, Prop]):
    """Properties that are read when they are first asked for.

    What an engine does not manage needs none of the SDK's classes: those of S3 take half a second.
    """

    def __init__(self, read: Callable[[], Mapping[str, Prop]]) -> None:
        self._read = read

    @cached_property
    def _props(self) -> Mapping[str, Prop]:
        with READING:
            return self._read()

    def __getitem__(self, name: str) -> Prop:
        return self._props[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._props)

    def __len__(self) -> int:
        return len(self._props)

    def only(self, *names: str) -> Declared:
        """Give some of them, in this order."""
        return Declared(lambda: {name: self[name] for name in names})

    def without(self, *names: str) -> Declared:
        """Give all but some."""
        return Declared(lambda: {name: prop for name, prop in self.items() if name not in names})

    def inside(self, *path: str) -> Declared:
        """Give the fields of a nested object, or of a list's objects."""
        return Declared(lambda: _inside(self, path))


class Properties(Declared):
    """The inputs of a resource type that are served."""

    def __init__(
        self,
        token: str,
        facts: Mapping[str, Fact] = NO_FACTS,
        *,
        unserved: tuple[str, ...] = (),
        also_given: tuple[str, ...] = (),
    ) -> None:
        super().__init__(lambda: self._declared())
        self.token = token
        self.facts = facts
        self.unserved = unserved
        self.also_given = also_given
        """What could be said, is not served, and is told all the same."""

    @property
    def outputs(self) -> Declared:
        """What AWS alone decides."""
        return Declared(self._given)

    def _declared(self) -> Mapping[str, Prop]:
        return _props(official.inputs(self.token), self.facts, self.unserved, COMMON, self.token)

    def _given(self) -> Mapping[str, Prop]:
        said = official.inputs(self.token)
        found = {**official.outputs(self.token), **{it: said[it] for it in self.also_given}}
        return _props(found, NO_FACTS, (), COMMON, self.token)


def _props(
    fields: Mapping[str, official.Field],
    facts: Mapping[str, Fact],
    unserved: tuple[str, ...],
    common: frozenset[str],
    where: str,
) -> dict[str, Prop]:
    unknown = sorted({*facts, *unserved} - fields.keys())
    if unknown:
        raise LookupError(f"{where}: the SDK declares no {', '.join(unknown)}")
    return {
        name: _prop(field, facts.get(name, NOTHING), f"{where}.{name}")
        for name, field in fields.items()
        if name not in unserved and name not in common
    }


def _prop(field: official.Field, fact: Fact, where: str) -> Prop:
    kind = JSON if fact.json else _kind(field.annotation, fact, where)
    is_archive = kind is ARCHIVE
    return Prop(
        kind=kind,
        required=field.required,
        replaces=fact.replaces,
        computed=fact.computed,
        left_out=fact.left_out,
        default=fact.default,
        secret=fact.secret,
        kept=fact.kept or is_archive,
        api=fact.api,
        equal=same_archive if is_archive else fact.equal,
    )


def _kind(annotation: Any, fact: Fact, where: str) -> Kind:
    listed = official.items(annotation, collections.abc.Sequence)
    if listed is not None:
        return ListOf(_kind(listed, fact, where), fact.ordered)
    arguments = official.nested(annotation)
    if arguments is not None:
        fields = official.fields(arguments)
        return Block(_props(fields, fact.fields, fact.unserved, frozenset(), where))
    mapped = official.items(annotation, collections.abc.Mapping)
    if mapped is not None:
        return MapOf(_kind(mapped, fact, where))
    return official.scalar(annotation)


def _inside(props: Mapping[str, Prop], path: tuple[str, ...]) -> Mapping[str, Prop]:
    for name in path:
        kind = props[name].kind
        block = kind.item if isinstance(kind, ListOf) else kind
        if not isinstance(block, Block):
            raise LookupError(f"{name}: expected a nested object, found {block}")
        props = block.fields
    return props
