"""Locks that a run of the CLI left in the backend when it was killed."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from local.problems import LocalProblem
from local.processes import is_running_since
from local.progress import say, step

PATIENCE_S = 20.0
"""A run whose parent was killed ends by itself when its providers are gone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Lock:
    """Says who works on a stack."""

    name: str
    pid: int
    user: str
    host: str
    since: datetime

    @classmethod
    def parse(cls, name: str, text: str) -> Lock:
        """Read what the CLI wrote."""
        content = json.loads(text)
        return cls(
            name=name,
            pid=int(content["pid"]),
            user=str(content["username"]),
            host=str(content["hostname"]),
            since=datetime.fromisoformat(_microseconds(str(content["timestamp"]))),
        )

    @property
    def owner(self) -> str:
        """Name the owner as a person can find it."""
        return f"process {self.pid} of {self.user}@{self.host} since {self.since:%Y-%m-%d %H:%M:%S}"


class LockFolder(Protocol):
    """Where a backend keeps a stack's locks."""

    def locks(self, stack: str) -> Iterator[tuple[str, str]]:
        """Give each lock's name and text."""

    def remove(self, name: str) -> None:
        """Lift one lock."""


def lift_dead_locks(folder: LockFolder, stack: str, patience_s: float = PATIENCE_S) -> int:
    """Lift locks whose owners are dead on this host; wait for a living one, then name it."""
    lifted = 0
    for name, text in list(folder.locks(stack)):
        lock = Lock.parse(name, text)
        if lock.host != socket.gethostname():
            raise LocalProblem(
                f"Stack {stack} is locked by {lock.owner}; whether that still runs can only be "
                "seen there.",
                f"When it is certainly over: pulumi cancel --stack {stack}",
            )
        if not _is_over(lock, patience_s):
            raise LocalProblem(
                f"Stack {stack} is locked by {lock.owner}, which is still running.",
                f"Wait for it to end, or end it with: kill -INT {lock.pid}",
            )
        if any(other == name for other, _ in folder.locks(stack)):
            say(f"stack {stack} was left locked by {lock.owner}, which is gone: lock lifted")
            folder.remove(name)
            lifted += 1
    return lifted


def _is_over(lock: Lock, patience_s: float) -> bool:
    if not is_running_since(lock.pid, lock.since):
        return True
    deadline = time.monotonic() + patience_s
    with step(f"waiting for {lock.owner}, which holds the stack's lock"):
        while time.monotonic() < deadline:
            time.sleep(0.2)
            if not is_running_since(lock.pid, lock.since):
                return True
    return False


def _microseconds(timestamp: str) -> str:
    # Go writes nanoseconds, of which Python 3.11 reads the first six digits.
    whole, dot, rest = timestamp.partition(".")
    digits = rest[: len(rest) - len(rest.lstrip("0123456789"))]
    return f"{whole}.{digits[:6]}{rest[len(digits) :]}" if dot else whole
