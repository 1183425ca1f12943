"""Event patterns as EventBridge reads them: what a field may be held against.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns-content-based-filtering.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

MATCHERS = frozenset(
    {
        "anything-but",
        "cidr",
        "equals-ignore-case",
        "exists",
        "numeric",
        "prefix",
        "suffix",
        "wildcard",
    }
)
EITHER = "$or"


def pattern_faults(pattern: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """Name every place of a pattern that EventBridge refuses."""
    if not pattern:
        yield f"{path or 'the pattern'} is empty: it must name a field"
    for field, value in pattern.items():
        where = f"{path}.{field}" if path else field
        if field == EITHER and isinstance(value, list):
            for choice in value:
                yield from _nested(choice, where)
        elif isinstance(value, Mapping):
            yield from pattern_faults(value, where)
        elif isinstance(value, list):
            yield from _values(value, where)
        else:
            yield f'"{where}" must be an object or an array'


def _nested(choice: Any, where: str) -> Iterator[str]:
    if isinstance(choice, Mapping):
        yield from pattern_faults(choice, where)
    else:
        yield f'"{where}" must be an array of objects'


def _values(values: list[Any], where: str) -> Iterator[str]:
    if not values:
        yield f'"{where}": empty arrays are not allowed'
    for value in values:
        if isinstance(value, Mapping):
            unknown = sorted(set(value) - MATCHERS)
            if unknown or len(value) != 1:
                yield f'"{where}": unrecognized match type {", ".join(unknown) or sorted(value)}'
        elif isinstance(value, list):
            yield f'"{where}": a value must be a string, number, boolean, null or object'
