"""Works out a resource's outputs: as a preview can know them, and as the state records them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attached_providers.checking import DEFAULTS
from attached_providers.diffing import is_empty, same
from attached_providers.resource import ResourceType
from attached_providers.schema import Block, Prop
from attached_providers.wire import UNKNOWN, Secret, Values


def planned_create(row: ResourceType, new: Values, region: str) -> dict[str, Any]:
    """Return what a preview knows of a resource that does not exist yet."""
    planned = _guessed(row.managed, new)
    if row.regional and "region" not in new:
        planned["region"] = region
    return planned | dict.fromkeys(row.outputs, UNKNOWN)


def planned_update(
    row: ResourceType, state: Values, new: Values, changed: frozenset[str]
) -> dict[str, Any]:
    """Return what a preview knows of a resource that is to be changed in place."""
    planned = {key: item for key, item in state.items() if key not in row.managed}
    for key, prop in row.managed.items():
        value = new.get(key)
        planned[key] = state.get(key) if value is None and prop.computed else value
    return planned | dict.fromkeys(row.volatile(changed, new), UNKNOWN)


def recorded(row: ResourceType, said: Values, found: Values) -> dict[str, Any]:
    """Return the outputs to record: what AWS has, plus what only the program can say."""
    # Of an import nothing is said; then what AWS does not tell is taken to be as it is by default.
    kept = {
        key: said.get(key, None if said else prop.default)
        for key, prop in row.managed.items()
        if prop.kept
    }
    found = {key: item for key, item in found.items() if item is not None}
    return seal(row, {**kept, **found})


def seal(row: ResourceType, values: Values) -> dict[str, Any]:
    """Wrap what the official schema calls sensitive."""
    props = {**row.managed, **row.outputs}
    return {
        key: Secret(item) if key in props and props[key].secret and item else item
        for key, item in values.items()
        if key != DEFAULTS
    }


def inputs_of(row: ResourceType, said: Values, state: Values) -> dict[str, Any]:
    """Return the inputs that describe a resource as it was read.

    On a refresh these are the inputs that the program gave, with today's values; on an import
    everything that differs from a default.
    """
    if said:
        named = {key: prop for key, prop in row.managed.items() if key in said}
        now = {key: _today(prop, said[key], state.get(key)) for key, prop in named.items()}
        return seal(row, now) | {DEFAULTS: said.get(DEFAULTS) or []}
    found = {
        key: state.get(key)
        for key, prop in row.inputs.items()
        if not is_empty(state.get(key)) and state.get(key) != prop.default
    }
    return seal(row, found) | {DEFAULTS: []}


def _today(prop: Prop, said: Any, now: Any) -> Any:
    return said if same(prop, now, said) else now


def _guessed(fields: Mapping[str, Prop], new: Values) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key, prop in fields.items():
        value = new.get(key)
        if value is None and prop.computed:
            out[key] = UNKNOWN
        elif isinstance(prop.kind, Block) and isinstance(value, Mapping):
            out[key] = _guessed(prop.kind.fields, value)
        else:
            out[key] = value
    return out
