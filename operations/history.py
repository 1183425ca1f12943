"""Published versions of each function, with the update and the commit that made them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from operations.release import ReleasedFunction

_KEY = re.compile(r"Key: ([0-9a-f]{64})$")


@dataclass(frozen=True, kw_only=True, slots=True)
class Version:
    """One published version of a function."""

    number: str
    published_at: datetime
    code_sha256: str
    description: str
    layers: tuple[str, ...]
    """ARN of each layer version that it runs on."""
    settings: str = ""
    """Digest of the settings that a version carries besides code and layers."""

    @property
    def key(self) -> str:
        """Digest of what it was built from, which its description ends with."""
        found = _KEY.search(self.description)
        return found[1] if found else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Update:
    """One update in the stack's own history."""

    started_at: datetime
    ended_at: datetime
    commit: str | None
    dirty: bool = False
    """Whether files differed from the commit."""


# Lambda stamps a version when it accepts it; clocks of the two sides may differ by this much.
_CLOCK_SKEW = timedelta(seconds=5)

UNKNOWN_COMMIT = "unknown"


def commit_of(version: Version, updates: Iterable[Update]) -> str:
    """Tell the commit of the update during which `version` was published, short."""
    for update in updates:
        if update.commit is None:
            continue
        if update.started_at - _CLOCK_SKEW <= version.published_at <= update.ended_at + _CLOCK_SKEW:
            return f"{update.commit[:12]}{' + changes' if update.dirty else ''}"
    return UNKNOWN_COMMIT


def layers_text(function: ReleasedFunction) -> str:
    """Write the layers that a version runs on: name, version and the start of its key."""
    return " ".join(
        f"{name}:{it.version}/{it.key[:12]}" for name, it in sorted(function.layers.items())
    )
