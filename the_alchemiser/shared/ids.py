"""Where ids come from: drawn at random, or derived so that a repetition has the same one."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Protocol
from uuid import UUID, uuid4


class IdSource(Protocol):
    """Makes ids of the form `<kind>-<uuid4>`."""

    def new(self, kind: str) -> str:
        """Return an id that nothing else has."""
        ...


class RandomIds:
    """Ids nobody can guess."""

    def new(self, kind: str) -> str:
        """Return `<kind>-` and a random UUID."""
        return f"{kind}-{uuid4()}"


def derived_id(kind: str, *parts: str) -> str:
    """Return the one id that belongs to `parts`, in the form of a drawn one.

    What is published for the same cause a second time then carries the same id, and whoever
    receives it can tell.
    """
    # Written as JSON, so that no two lists of parts look the same.
    digest = sha256(json.dumps((kind, *parts)).encode()).digest()
    return f"{kind}-{UUID(bytes=digest[:16], version=4)}"
