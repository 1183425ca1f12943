"""Tells the person at the terminal what is going on, on stderr, without secrets."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from packager.secrets import mask


def say(message: str) -> None:
    """Print one line for a person."""
    sys.stderr.write(mask(message) + "\n")
    sys.stderr.flush()


@contextmanager
def step(what: str) -> Iterator[None]:
    """Announce a step, and say how long it took."""
    say(f"{what} …")
    started = time.perf_counter()
    yield
    say(f"{what}: {time.perf_counter() - started:.1f} s")
