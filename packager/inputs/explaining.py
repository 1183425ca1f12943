"""Says why a key is another than it was: which inputs changed since the last build."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from packager.inputs.keys import Inputs

_LOCKS = ("lock", "locks")
_DETAILED = {"files", "requirements", *_LOCKS}
_SPELLED = {"rules": "the packager's rules", "python": "Python", "platform": "the platform"}


def differences(before: Inputs, now: Inputs) -> Iterator[str]:
    """Name each input that differs, with both values where a person can read them."""
    for name in sorted({*before, *now} - _DETAILED):
        if before.get(name) != now.get(name):
            yield f"{_SPELLED.get(name, name)}: {before.get(name)} -> {now.get(name)}"
    yield from _file_differences(_named(before, "files"), _named(now, "files"))
    packages = list(
        _package_differences(_named(before, "requirements"), _named(now, "requirements"))
    )
    yield from packages
    if any(before.get(lock) != now.get(lock) for lock in _LOCKS) and not packages:
        yield "the lock's hashes or comments, with the same versions"


def _package_differences(before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    for name in sorted({*before, *now}):
        earlier, later = before.get(name), now.get(name)
        if earlier is None:
            yield f"package {name} {later} added"
        elif later is None:
            yield f"package {name} {earlier} removed"
        elif earlier != later:
            yield f"package {name}: {earlier} -> {later}"


def _file_differences(before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    gone = {path: digest for path, digest in before.items() if path not in now}
    for path in sorted(now):
        if path not in before:
            earlier = next((name for name, digest in gone.items() if digest == now[path]), None)
            gone.pop(earlier or "", None)
            yield f"{path} renamed from {earlier}" if earlier else f"{path} added"
        elif before[path] != now[path]:
            yield f"{path} {_change(before[path], now[path])}"
    yield from (f"{path} removed" for path in sorted(gone))


def _change(before: str, now: str) -> str:
    same_bytes = before.partition(":")[2] == now.partition(":")[2]
    return "became a program or is none any more" if same_bytes else "changed"


def _named(inputs: Inputs, what: str) -> Mapping[str, str]:
    found = inputs.get(what)
    return cast("Mapping[str, str]", found) if isinstance(found, Mapping) else {}
