"""Tags: the two spellings AWS has for them, and what a change of them comes to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from attached_providers.aws.session import Aws
from attached_providers.resource import Change
from attached_providers.wire import Values

AWS_OWN = "aws:"
"""Prefix of tags that AWS itself puts on things."""


def wanted(new: Values) -> dict[str, str]:
    """Return every tag a resource is to have."""
    return dict(new.get("tagsAll") or {})


def pairs(tags: Mapping[str, str], key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    """Spell tags as the list of pairs that most services take."""
    return [{key: name, value: item} for name, item in sorted(tags.items())]


def unpaired(
    found: Iterable[Mapping[str, Any]] | None, key: str = "Key", value: str = "Value"
) -> dict[str, str]:
    """Read such a list back."""
    return {str(item[key]): str(item.get(value, "")) for item in found or ()}


def read(aws: Aws, state: Values, found: Mapping[str, str] | None) -> dict[str, Any]:
    """Return `tags` and `tagsAll` as the state records them.

    Which of them are the resource's own AWS cannot tell: all but the provider's default tags,
    those of today and those that the state was made with.
    """
    everything = {k: v for k, v in (found or {}).items() if not k.startswith(AWS_OWN)}
    own = state.get("tags") or {}
    inherited = {**aws.configuration.default_tags, **(state.get("tagsAll") or {})}
    tags = {k: v for k, v in everything.items() if k in own or inherited.get(k) != v}
    return {"tags": tags or None, "tagsAll": everything}


def turn(change: Change) -> tuple[dict[str, str], Sequence[str]]:
    """Return the tags to set and the names of those to remove."""
    old, new = change.old.get("tagsAll") or {}, wanted(change.new)
    return (
        {key: item for key, item in new.items() if old.get(key) != item},
        [key for key in old if key not in new],
    )
