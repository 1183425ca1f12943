"""At-least-once delivery, one effect: claims kept by conditional writes in DynamoDB.

A claim is free when nobody holds it, when its holder died (the lease ran out before the work was
recorded as done), or when it is so old that no delivery can repeat it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from enum import Enum
from typing import Protocol, TypeVar

from the_alchemiser.shared.clock import Clock
from the_alchemiser.shared.errors import TransientError
from the_alchemiser.shared.table import Change, Table

LEASE = timedelta(minutes=2)
"""Longer than the light functions may run, so that only a dead holder loses its claim."""

REMEMBERED = timedelta(days=7)
"""Longer than bus (24 h) and Lambda (6 h) keep trying to deliver one event."""

Result = TypeVar("Result")


class Claim(Enum):
    """What came of asking for a claim."""

    GRANTED = "granted"
    DONE = "done"
    """The work was done before."""
    HELD = "held"
    """Somebody is at it right now."""


class Claims(Protocol):
    """Says who may do a piece of work."""

    def take(self, key: str) -> Claim:
        """Ask for the work named `key`."""
        ...

    def complete(self, key: str) -> None:
        """Record that the work was done."""
        ...

    def release(self, key: str) -> None:
        """Give the work back undone."""
        ...


def once(claims: Claims, key: str, work: Callable[[], Result]) -> Result | None:
    """Do the work unless it was done before, and then return None.

    Work that somebody is at raises TransientError: only a later delivery can tell how it went.
    Work that fails gives its claim back.
    """
    claim = claims.take(key)
    if claim is Claim.DONE:
        return None
    if claim is Claim.HELD:
        raise TransientError(f"{key} is in progress elsewhere")
    try:
        result = work()
    except Exception:
        claims.release(key)
        raise
    claims.complete(key)
    return result


class DynamoClaims:
    """Claims as items `<prefix>#<key>` / METADATA of a table whose TTL attribute is TTL."""

    def __init__(self, table: Table, prefix: str, clock: Clock) -> None:
        self._table = table
        self._prefix = prefix
        self._clock = clock
        self._leases: dict[str, int] = {}

    def take(self, key: str) -> Claim:
        """Write the claim unless it is held or done."""
        now_s = int(self._clock.now().timestamp())
        lease = now_s + int(LEASE.total_seconds())
        written = self._table.change(
            Change(
                key=self._key(key),
                update="SET #status = :in_progress, lease_until_s = :lease, #ttl = :ttl",
                names={"#status": "status", "#ttl": "TTL"},
                values={
                    ":in_progress": "IN_PROGRESS",
                    ":lease": lease,
                    ":ttl": now_s + int(REMEMBERED.total_seconds()),
                    ":now": now_s,
                },
                condition=(
                    "attribute_not_exists(PK) OR #ttl < :now"
                    " OR (#status = :in_progress AND lease_until_s < :now)"
                ),
            )
        )
        if written is None:
            return self._state(key)
        self._leases[key] = lease
        return Claim.GRANTED

    def complete(self, key: str) -> None:
        """Mark the claim as done."""
        self._table.change(
            Change(
                key=self._key(key),
                update="SET #status = :done",
                names={"#status": "status"},
                values={":done": "DONE"},
            )
        )

    def release(self, key: str) -> None:
        """Remove the claim unless, after its lease, another holds it."""
        mine = {":mine": self._leases.pop(key, 0)}
        self._table.delete_if(self._key(key), "lease_until_s = :mine", mine)

    def _state(self, key: str) -> Claim:
        item = self._table.get(self._key(key)) or {}
        return Claim.DONE if item.get("status") == "DONE" else Claim.HELD

    def _key(self, key: str) -> dict[str, str]:
        return {"PK": f"{self._prefix}#{key}", "SK": "METADATA"}
