"""Waits for a program that ends in good order when it is interrupted, and says so."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Any

from local.progress import say

WAITING = (
    "interrupted: the engine finishes what it has begun, and then ends. "
    "A second Ctrl-C ends it at once, and leaves {left}."
)
LEFT = "interrupted again: this leaves {left}"


@contextlib.contextmanager
def waiting_for(process: subprocess.Popen[Any], left: str) -> Iterator[threading.Event]:
    """Outlive the process while the body runs, and give what tells whether it was interrupted.

    `left` is what a second interrupt leaves behind.

    A terminal sends its interrupt to both, so that one is only told of. Whoever ends this process
    alone, as a runner does with a job that is cancelled, means the engine too.
    """
    interrupted = threading.Event()

    def tell(number: int, frame: FrameType | None) -> None:
        say((LEFT if interrupted.is_set() else WAITING).format(left=left))
        interrupted.set()

    def hand_on(number: int, frame: FrameType | None) -> None:
        process.send_signal(signal.SIGINT)
        tell(number, frame)

    earlier = {
        signal.SIGINT: signal.signal(signal.SIGINT, tell),
        signal.SIGTERM: signal.signal(signal.SIGTERM, hand_on),
    }
    try:
        yield interrupted
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)


def what_is_left(stack: str) -> str:
    """Say what an engine leaves that was ended in the middle of a stack's update."""
    return f"a lock and half-made resources, which `make recover STACK={stack}` lifts and records"
