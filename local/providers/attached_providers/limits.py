"""Limits on a property's value, refused in the words of the official provider.

The words are those of terraform-plugin-sdk's helper/validation, which the official provider shows
for a value that it refuses before AWS is asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from attached_providers.wire import UNKNOWN, Values, is_archive

Rule = Callable[[str, Any], "str | None"]
"""Says what is wrong with the value at a path; None where nothing is."""
Limits = Mapping[str, Rule]
"""Rules by path: `a.b` is a field, `a[]` every item of a list, `a{}` every value of a map."""

_ARN = re.compile(
    r"arn:aws(-[a-z]+)*:[a-z0-9-]+:([a-z]{2}(-[a-z]+)+-\d{1,2})?"
    r":(\d{12}|aws|aws-managed|third-party|ec2|cw.{10})?:.+"
)

_TAG = re.compile(r"[\w\s.:/=+\-@]*")
"""Letters of every language, digits, spaces, and what AWS lists beside them."""


def between(low: int, high: int) -> Rule:
    """Accept numbers of a range."""

    def rule(path: str, value: Any) -> str | None:
        wrong = f"expected {path} to be in the range ({low} - {high}), got {value}"
        return None if low <= value <= high else wrong

    return rule


def at_least(low: int) -> Rule:
    """Accept numbers from a lowest one on."""
    return lambda path, value: (
        None if value >= low else f"expected {path} to be at least ({low}), got {value}"
    )


def one_of(*accepted: str | int) -> Rule:
    """Accept the values of a list alone."""
    shown = " ".join(f'"{item}"' if isinstance(item, str) else str(item) for item in accepted)
    return lambda path, value: (
        None if value in accepted else f"expected {path} to be one of [{shown}], got {value}"
    )


def either(*rules: Rule) -> Rule:
    """Accept what any of some rules accepts; the last says what is wrong."""

    def rule(path: str, value: Any) -> str | None:
        found = [item(path, value) for item in rules]
        return None if None in found else found[-1]

    return rule


def multiple_of(step: int) -> Rule:
    """Accept multiples of a number."""
    return lambda path, value: (
        None if value % step == 0 else f"expected {path} to be divisible by {step}, got: {value}"
    )


def long(low: int, high: int) -> Rule:
    """Accept texts of a length."""
    wanted = f"in the range ({low} - {high})"
    return lambda path, value: (
        None
        if low <= len(value) <= high
        else f"expected length of {path} to be {wanted}, got {value[:80]}"
    )


def items(most: int) -> Rule:
    """Accept lists and maps of at most so many items."""
    return lambda path, value: (
        None
        if len(value) <= most
        else f"Too many list items: expected at most {most} in {path}, got {len(value)}"
    )


def shaped(pattern: str, meaning: str) -> Rule:
    """Accept texts that a pattern matches as a whole."""
    compiled = re.compile(pattern)
    return lambda path, value: (
        None if compiled.fullmatch(value) else f"invalid value for {path} ({meaning}), got {value}"
    )


def every(*rules: Rule) -> Rule:
    """Accept what all of some rules accept."""
    return lambda path, value: next(
        (wrong for item in rules if (wrong := item(path, value)) is not None), None
    )


def filled(path: str, value: Any) -> str | None:
    """Accept a text that says something."""
    told = f"ValidationException: Value '{value}' at '{path}' failed to satisfy constraint"
    return None if value.strip() else f"{told}: Member must have length of at least 1"


def arn(path: str, value: Any) -> str | None:
    """Accept an ARN, or nothing."""
    if not value or _ARN.fullmatch(value):
        return None
    return f'"{path}" ({value}) is an invalid ARN: arn: invalid prefix'


def tags(path: str, value: Mapping[str, Any]) -> str | None:
    """Accept tags as AWS does.

    https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
    """
    if len(value) > 50:
        return f"Too many list items: expected at most 50 in {path}, got {len(value)}"
    for key, item in value.items():
        if key.lower().startswith("aws:"):
            return f"invalid value for {path} (the prefix aws: is AWS's own), got {key}"
        if not 1 <= len(key) <= 128 or (isinstance(item, str) and len(item) > 256):
            return f"invalid value for {path} (keys have 1-128, values 0-256 letters), got {key}"
        if not all(_TAG.fullmatch(text) for text in (key, item) if isinstance(text, str)):
            return f"invalid value for {path} (letters, digits, spaces and _.:/=+-@), got {key}"
    return None


def breaches(limits: Limits, inputs: Values) -> Iterator[tuple[str, str]]:
    """Name every value that is known and outside its limits."""
    for path, rule in limits.items():
        for where, value in _at(path.split("."), inputs, ""):
            wrong = rule(where, value)
            if wrong is not None:
                yield where, wrong


def _at(path: list[str], value: Any, where: str) -> Iterator[tuple[str, Any]]:
    if value is UNKNOWN or value is None:
        return
    if not path:
        yield where, value
        return
    name, rest = path[0].rstrip("[]{}"), path[1:]
    inside = value.get(name) if isinstance(value, Mapping) and not is_archive(value) else None
    here = f"{where}.{name}" if where else name
    if path[0].endswith("[]") and isinstance(inside, list):
        for index, item in enumerate(inside):
            yield from _at(rest, item, f"{here}[{index}]")
    elif path[0].endswith("{}") and isinstance(inside, Mapping):
        for key, item in inside.items():
            yield from _at(rest, item, f"{here}.{key}")
    else:
        yield from _at(rest, inside, here)
