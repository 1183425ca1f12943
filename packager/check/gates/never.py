"""Nothing from the never-list is in an artifact."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from packager.inputs.patterns import is_never


def never_faults(paths: Iterable[str], *, own: bool) -> Iterator[str]:
    """Name each file that must not ship; `own` when the artifact holds our own sources."""
    for path in paths:
        if is_never(path, own=own):
            yield f"{path}: expected it to stay behind, since it is on the never-list"
