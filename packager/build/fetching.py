"""Has each wheel of a lock in the store, and remembers which wheels a lock stands for."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from packager.inputs.keys import read_lock
from packager.store.wheels import WheelStore
from packager.target import Target

if TYPE_CHECKING:
    from blueprint import LayerSpec

CHOICE_VERSION = 1
"""Raised with anything that decides which wheels a lock stands for."""


class LockedWheel(NamedTuple):
    """A wheel that a lock stands for on a target."""

    name: str
    """Its file name."""
    sha256: str


def fetch_wheels(
    root: Path, spec: LayerSpec, target: Target, store: WheelStore, work: Path
) -> list[LockedWheel]:
    """Name each wheel of a layer's lock, all of which are in the store then."""
    lock = read_lock(root, spec)
    subject = _subject(lock, target)
    known = store.recall(subject, CHOICE_VERSION)
    if known is not None and all(store.has(sha256) for _, sha256 in known):
        return [LockedWheel(*it) for it in known]
    # uv, pip and what talks to them load much that a lock whose wheels are here does without.
    from packager.build.downloading import choose, download

    with store.fetching():
        choices = choose(root, spec, lock, target)
        download(spec, choices, target, store, work)
    found = [LockedWheel(it.name, it.sha256) for it in choices]
    store.remember(subject, CHOICE_VERSION, found)
    return found


def _subject(lock: bytes, target: Target) -> str:
    return hashlib.sha256(
        b"\n".join([target.release.encode(), target.platform.encode(), lock])
    ).hexdigest()
