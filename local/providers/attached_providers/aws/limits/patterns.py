"""Event patterns as EventBridge reads them: what a field may be held against.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns-content-based-filtering.html
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator, Mapping
from typing import Any

EITHER = "$or"
COMPARISONS = ("<", "<=", "=", ">", ">=")
MOST = 5_000_000_000
"""Numbers are held exactly between this and its negative."""


def pattern_faults(pattern: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """Name every place of a pattern that EventBridge refuses."""
    if not pattern:
        yield f"{path or 'the pattern'} is empty: it must name a field"
    for field, value in pattern.items():
        where = f"{path}.{field}" if path else field
        if field == EITHER and isinstance(value, list):
            if len(value) < 2:
                yield f'"{where}" must have at least two alternatives'
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
            yield from _matcher(value, where)
        elif isinstance(value, list):
            yield f'"{where}": a value must be a string, number, boolean, null or object'


def _matcher(value: Mapping[str, Any], where: str) -> Iterator[str]:
    unknown = sorted(set(value) - MATCHERS.keys())
    if unknown or len(value) != 1:
        yield f'"{where}": unrecognized match type {", ".join(unknown) or sorted(value)}'
        return
    ((kind, given),) = value.items()
    if not MATCHERS[kind](given):
        yield f'"{where}": {kind} cannot be {given!r}'


def _is_text(given: Any) -> bool:
    return isinstance(given, str)


def _is_affix(given: Any) -> bool:
    folded = isinstance(given, Mapping) and set(given) == {"equals-ignore-case"}
    return _is_text(given["equals-ignore-case"] if folded else given)


def _is_numeric(given: Any) -> bool:
    if not isinstance(given, list) or len(given) not in (2, 4):
        return False
    signs, numbers = given[::2], given[1::2]
    if not all(_is_number(it) and abs(it) <= MOST for it in numbers):
        return False
    if len(signs) == 1:
        return signs[0] in COMPARISONS
    # A range has its lower end first, as in https://github.com/aws/event-ruler.
    return signs[0] in (">", ">=") and signs[1] in ("<", "<=") and numbers[0] < numbers[1]


def _is_number(given: Any) -> bool:
    return isinstance(given, int | float) and not isinstance(given, bool)


def _is_network(given: Any) -> bool:
    try:
        return "/" in given and bool(ipaddress.ip_network(given, strict=False))
    except (TypeError, ValueError):
        return False


def _is_wildcard(given: Any) -> bool:
    return isinstance(given, str) and "**" not in given


def _is_excluded(given: Any) -> bool:
    if isinstance(given, Mapping):
        return len(given) == 1 and all(
            kind in EXCLUDED and all(EXCLUDED[kind](it) for it in _listed(what))
            for kind, what in given.items()
        )
    return bool(_listed(given)) and all(_is_text(it) or _is_number(it) for it in _listed(given))


def _listed(given: Any) -> list[Any]:
    return given if isinstance(given, list) else [given]


EXCLUDED: Mapping[str, Callable[[Any], bool]] = {
    "equals-ignore-case": _is_text,
    "prefix": _is_text,
    "suffix": _is_text,
    "wildcard": _is_wildcard,
}
MATCHERS: Mapping[str, Callable[[Any], bool]] = {
    "anything-but": _is_excluded,
    "cidr": _is_network,
    "equals-ignore-case": _is_text,
    "exists": lambda given: isinstance(given, bool),
    "numeric": _is_numeric,
    "prefix": _is_affix,
    "suffix": _is_affix,
    "wildcard": _is_wildcard,
}
"""What each kind of match may be given."""
