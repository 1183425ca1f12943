"""One command at a time, for what two must not change together."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from filelock import FileLock, Timeout

from local.progress import say
from local.workfolder import WorkFolder


@contextlib.contextmanager
def held(work: WorkFolder, purpose: str) -> Iterator[None]:
    """Hold a purpose while the body runs; who comes second says that it waits."""
    work.home.mkdir(parents=True, exist_ok=True)
    lock = FileLock(work.home / f"{purpose}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        say(f"waiting for another command to finish its {purpose}")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()
