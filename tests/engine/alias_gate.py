"""Stands between the tool and the emulator, lets so many aliases move and holds the next."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import inf
from typing import Any, ClassVar

from tests.accounts.recorder import Forwarding, Recorder, served
from tests.engine.inventory import Account

MOVE = re.compile(r"/functions/(?P<function>[^/]+)/aliases(/|$)")
START = re.compile(r"START RequestId: \S+ Version: (\S+)")


@dataclass(frozen=True)
class Moved:
    """An alias that was asked to serve a version."""

    function: str
    version: str
    at: float


@dataclass
class AliasGate(Recorder):
    """A proxy that counts the aliases that move."""

    moves: list[Moved] = field(default_factory=list)
    left: int | None = None
    """How many may still move; None lets all."""
    reached: threading.Event = field(default_factory=threading.Event)
    opened: threading.Event = field(default_factory=threading.Event)
    under_way: int = 0
    """Moves that were let through and are not answered yet."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def close_after(self, moves: int) -> None:
        """Let so many more move."""
        self.reached.clear()
        self.opened.clear()
        self.left = moves

    def open(self) -> None:
        """Drop what is held, and let all move from now on."""
        self.left = None
        self.opened.set()

    def admits(self, function: str, version: str) -> bool:
        """Tell whether an alias may move, once that is known."""
        with self.lock:
            if self.left != 0:
                self.left = None if self.left is None else self.left - 1
                self.moves.append(Moved(function, version, time.time()))
                self.under_way += 1
                return True
        while self.under_way:
            time.sleep(0.01)
        self.reached.set()
        self.opened.wait()
        return False

    def ended(self) -> None:
        """Hear that a move was answered."""
        with self.lock:
            self.under_way -= 1

    def unproven(self, account_of: Callable[[str], Account]) -> list[Moved]:
        """Name moves to versions that nobody had invoked by then, as their own logs tell."""
        starts = {
            it.function: _starts(account_of(it.function).client("logs"), it.function)
            for it in self.moves
        }
        return [it for it in self.moves if it.at < starts[it.function].get(it.version, inf)]


def _starts(logs: Any, function: str) -> dict[str, float]:
    """Tell when each version of a function was first invoked."""
    found: dict[str, float] = {}
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=f"/aws/lambda/{function}")
    for event in (event for page in pages for event in page["events"]):
        if (started := START.match(event["message"])) is not None:
            at = event["timestamp"] / 1000
            found[started[1]] = min(at, found.get(started[1], inf))
    return found


class _Gated(Forwarding):
    """Asks the gate about each alias before it hands the request on."""

    recorder: ClassVar[AliasGate]

    def _move(self) -> None:
        found = MOVE.search(self.path)
        if found is None:
            self._hand_on()
            return
        body = self._body()
        version = json.loads(body)["FunctionVersion"]
        if self._is_abandoned() or not self.recorder.admits(found["function"], version):
            self.close_connection = True
            return
        try:
            self._forward(body)
        finally:
            self.recorder.ended()

    def _is_abandoned(self) -> bool:
        """Tell whether the sender was killed before anybody read what it sent."""
        try:
            waiting: bytes = self.connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except ConnectionError:
            return True
        return waiting == b""

    do_PUT = do_POST = _move  # noqa: N815


@contextmanager
def gated(upstream: str) -> Iterator[AliasGate]:
    """Serve as the emulator while the body runs."""
    with served(AliasGate(upstream), _Gated) as gate:
        yield gate
        gate.open()
