"""The first sentence of a review: which functions get new code, and which only other layers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePath

from operations.markdown import code, listed
from operations.review import FUNCTION, Change

_MOST_FILES = 4
_CODE = frozenset({"code", "imageUri", "s3Key", "s3ObjectVersion", "sourceCodeHash"})
_WITH_ANY_CHANGE = frozenset({"description", "lastModified"})


def first_sentence(
    changes: Iterable[Change], files: Iterable[str] | None, layers: Mapping[str, str]
) -> str:
    """Say what a reviewer asks first; `layers` are those built anew."""
    functions = [change for change in changes if change.kind == FUNCTION]
    text = "; ".join(_parts(functions, tuple(files or ()), layers)) or "no function changes"
    return f"{text[:1].upper()}{text[1:]}."


def _parts(
    functions: list[Change], files: tuple[str, ...], layers: Mapping[str, str]
) -> Iterator[str]:
    kinds: dict[str, list[str]] = {}
    for change in functions:
        kinds.setdefault(_kind(change), []).append(change.name.removesuffix("-function"))
    for name in kinds.get("code", ()):
        of_it = _named([path for path in files if path.startswith(f"functions/{name}/")])
        yield f"{code(name)} gets new code{of_it}"
    others = {
        "new": "new: {}",
        "gone": "deleted: {}",
        "layers": "only new layers{}: {{}}".format(f" ({listed(layers)})" if layers else ""),
        "settings": "only other settings: {}",
    }
    for kind, told in others.items():
        if kind in kinds:
            yield told.format(listed(kinds[kind]))


def _kind(change: Change) -> str:
    if change.verb in ("create", "delete"):
        return "new" if change.verb == "create" else "gone"
    if _CODE & {*change.properties}:
        return "code"
    return "layers" if "layers" in {*change.properties} - _WITH_ANY_CHANGE else "settings"


def _named(paths: list[str]) -> str:
    if not paths:
        return ""
    names = [code(PurePath(path).name) for path in paths[:_MOST_FILES]]
    more = len(paths) - _MOST_FILES
    return f" ({', '.join(names)}{f' and {more} more' if more > 0 else ''})"
