"""SNS attributes: everything is text, named in PascalCase."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attached_providers.schema import FLAG, INTEGER, Prop
from attached_providers.wire import Values


def api_name(name: str) -> str:
    """Spell an attribute as SNS does."""
    return name[0].upper() + name[1:]


def outward(props: Mapping[str, Prop], new: Values, names: list[str]) -> dict[str, str]:
    """Spell the named attributes that say something."""
    said = {name: new[name] for name in names if new.get(name) not in (None, "", False)}
    return {
        api_name(name): str(item).lower() if isinstance(item, bool) else str(item)
        for name, item in said.items()
    }


def inward(props: Mapping[str, Prop], found: Mapping[str, str]) -> dict[str, Any]:
    """Read attributes back."""
    out: dict[str, Any] = {}
    for name, prop in props.items():
        value = found.get(api_name(name))
        if value is None or value == "":
            continue
        if prop.kind is FLAG:
            out[name] = value.lower() == "true"
        else:
            out[name] = int(value) if prop.kind is INTEGER else value
    return out
