"""Finds what differs between a resource's recorded state and the program's inputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pulumi.runtime.proto import provider_pb2 as pb

from attached_providers.checking import DEFAULTS
from attached_providers.resource import ResourceType
from attached_providers.schema import Block, Kind, ListOf, MapOf, Prop
from attached_providers.wire import UNKNOWN, Values


@dataclass(frozen=True, slots=True)
class Difference:
    """One differing place; `path` is as the engine writes property paths."""

    path: str
    kind: str
    replaces: bool = False

    @property
    def name(self) -> str:
        """The top-level property it is in."""
        return self.path.split(".")[0].split("[")[0]


def compare(
    row: ResourceType, state: Values, new: Values, ignored: tuple[str, ...] = ()
) -> list[Difference]:
    """List every difference between what is and what the program wants."""
    found = compare_inputs(row.managed, state, new, ignored)
    return [replace(item, replaces=True) if row.update is None else item for item in found]


def compare_inputs(
    fields: Mapping[str, Prop], old: Values, new: Values, ignored: tuple[str, ...] = ()
) -> list[Difference]:
    """List every difference between two sets of declared properties."""
    found = _fields(fields, old, new, "")
    return [item for item in found if not _is_ignored(item.path, ignored)]


def answer(found: list[Difference], *, delete_first: bool = False) -> pb.DiffResponse:
    """Put differences in the engine's form."""
    replaces = sorted({item.name for item in found if item.replaces})
    return pb.DiffResponse(
        changes=pb.DiffResponse.DIFF_SOME if found else pb.DiffResponse.DIFF_NONE,
        diffs=sorted({item.name for item in found}),
        replaces=replaces,
        detailedDiff={item.path: _detail(item) for item in found},
        hasDetailedDiff=True,
        deleteBeforeReplace=bool(replaces) and delete_first,
    )


def _detail(item: Difference) -> pb.PropertyDiff:
    kind = f"{item.kind}_REPLACE" if item.replaces else item.kind
    return pb.PropertyDiff(kind=pb.PropertyDiff.Kind.Value(kind))


def deletes_first(row: ResourceType, state: Values, new: Values) -> bool:
    """Tell whether a replacement would collide with the old resource, which has the same name.

    The official bridge deletes first when a name that could have been made up was given by the
    program and stays the same (pulumi-terraform-bridge, nameRequiresDeleteBeforeReplace).
    """
    if row.unique_by:
        return all(state.get(name) == new.get(name) for name in row.unique_by)
    if row.naming is None:
        return False
    name = row.naming.prop
    given = name in new and name not in (new.get(DEFAULTS) or [])
    return given and state.get(name) == new.get(name)


def _is_ignored(path: str, ignored: tuple[str, ...]) -> bool:
    return any(path == item or path.startswith((f"{item}.", f"{item}[")) for item in ignored)


def _fields(
    fields: Mapping[str, Prop], old: Values, new: Values, path: str
) -> Iterator[Difference]:
    for key, prop in fields.items():
        before, after = old.get(key), new.get(key)
        if after is None and prop.computed and _is_left_to_aws(prop, before):
            continue
        for item in _values(prop, before, after, f"{path}{key}"):
            yield replace(item, replaces=item.replaces or prop.replaces)


def _is_left_to_aws(prop: Prop, before: Any) -> bool:
    return prop.left_out is None or before in (None, UNKNOWN, prop.left_out)


def _values(prop: Prop, old: Any, new: Any, path: str) -> Iterator[Difference]:
    if same(prop, old, new):
        return
    kind = prop.kind
    deep = isinstance(old, Mapping) and isinstance(new, Mapping)
    if deep and isinstance(kind, Block):
        yield from _fields(kind.fields, old, new, f"{path}.")
    elif deep and isinstance(kind, MapOf):
        for key in sorted({*old, *new}):
            yield from _leaf(Prop(kind=kind.item), old.get(key), new.get(key), _at(path, key))
    elif isinstance(kind, ListOf) and isinstance(old, list) and isinstance(new, list):
        yield from _items(kind, old, new, path)
    else:
        yield from _leaf(prop, old, new, path)


def _items(kind: ListOf, old: list[Any], new: list[Any], path: str) -> Iterator[Difference]:
    for index in range(max(len(old), len(new))):
        before = old[index] if index < len(old) else None
        after = new[index] if index < len(new) else None
        yield from _values(Prop(kind=kind.item), before, after, f"{path}[{index}]")


def _at(path: str, key: str) -> str:
    return f"{path}.{key}" if key.replace("_", "").isalnum() else f'{path}["{key}"]'


def _leaf(prop: Prop, old: Any, new: Any, path: str) -> Iterator[Difference]:
    if not same(prop, old, new):
        kind = "ADD" if is_empty(old) else "DELETE" if is_empty(new) else "UPDATE"
        yield Difference(path, kind)


def is_empty(value: Any) -> bool:
    """Tell whether a value says nothing: AWS and the official provider make no difference."""
    if isinstance(value, Mapping):
        return all(is_empty(item) for item in value.values())
    return value is None or value is False or value == "" or value == [] or value == 0


def same(prop: Prop, old: Any, new: Any) -> bool:
    """Tell whether the recorded value already is what the program wants."""
    if new is UNKNOWN or old is UNKNOWN:
        return False
    if is_empty(old) and is_empty(new):
        return True
    if prop.equal is not None and old is not None and new is not None:
        return prop.equal(old, new)
    return _same_kind(prop.kind, old, new)


def _same_kind(kind: Kind, old: Any, new: Any) -> bool:
    if isinstance(kind, Block) and isinstance(new, Mapping):
        return not any(_fields(kind.fields, old or {}, new, ""))
    if isinstance(kind, ListOf) and isinstance(old, list) and isinstance(new, list):
        return _same_list(kind, old, new)
    if isinstance(kind, MapOf) and isinstance(old, Mapping) and isinstance(new, Mapping):
        item = Prop(kind=kind.item)
        return set(old) == set(new) and all(same(item, old[key], new[key]) for key in old)
    return bool(old == new)


def _same_list(kind: ListOf, old: list[Any], new: list[Any]) -> bool:
    item = Prop(kind=kind.item)
    if len(old) != len(new):
        return False
    if kind.ordered:
        return all(same(item, before, after) for before, after in zip(old, new, strict=True))
    left = list(old)
    for after in new:
        match = next((at for at, before in enumerate(left) if same(item, before, after)), None)
        if match is None:
            return False
        left.pop(match)
    return True
