"""Steps that say on stderr what they do, that they still do it, and how long it took."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from local.problems import NO_SPACE, LocalProblem, disk_full

QUIET_S = 1.5
"""A step that ends sooner says nothing, so that a command with nothing to do is quiet."""

BEAT_S = 10.0
"""How often a longer step says that it is alive."""

SHOWN_LINES = 15

MOST_OF_A_LINE = 68
"""What is told of a log's last line, so that it fits a terminal of 80 columns behind the time."""


def say(text: str) -> None:
    """Tell the person something; stdout is kept for results."""
    print(text, file=sys.stderr, flush=True)


@contextlib.contextmanager
def step(title: str, log: Path | None = None) -> Iterator[None]:
    """Show a step's progress while its body runs; the log's last line tells how far it is."""
    started = time.monotonic()
    ended = threading.Event()
    watch = threading.Thread(target=_report, args=(title, log, started, ended), daemon=True)
    watch.start()
    try:
        yield
    finally:
        ended.set()
        watch.join()
        took_s = time.monotonic() - started
        if took_s >= QUIET_S:
            say(f"   {title}: {took_s:.0f} s")


def _report(title: str, log: Path | None, started: float, ended: threading.Event) -> None:
    if ended.wait(QUIET_S):
        return
    say(f"-> {title} …")
    while not ended.wait(BEAT_S):
        say(f"   {time.monotonic() - started:.0f} s{_last_line(log)}")


def _last_line(log: Path | None) -> str:
    written = [line.strip() for line in tail(log, SHOWN_LINES) if line.strip()]
    return f": {written[-1][:MOST_OF_A_LINE]}" if written else ""


def tail(log: Path | None, count: int) -> list[str]:
    """Give the last lines of a log that may not exist."""
    if log is None or not log.exists():
        return []
    with log.open("rb") as stream:
        stream.seek(max(0, log.stat().st_size - 20_000))
        return stream.read().decode(errors="replace").splitlines()[-count:]


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """A command that runs as a step, its output in a log."""

    title: str
    command: Sequence[str | Path]
    log: Path
    folder: Path
    remedy: str
    """What to do when it fails."""
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    timeout_s: float | None = None

    def run(self) -> None:
        """Run to the end, and explain a failure with the log's last lines."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with step(self.title, self.log), self.log.open("wb") as stream:
            try:
                status = self._run_into(stream)
            except subprocess.TimeoutExpired:
                raise LocalProblem(
                    f"{self.title}: not done after {self.timeout_s} s.", self.remedy
                ) from None
        if status:
            raise self._failure(status)

    def _run_into(self, stream: IO[bytes]) -> int:
        return subprocess.run(
            [str(part) for part in self.command],
            stdout=stream,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env=dict(self.environment),
            cwd=self.folder,
            timeout=self.timeout_s,
            check=False,
        ).returncode

    def _failure(self, status: int) -> LocalProblem:
        lines = tail(self.log, SHOWN_LINES)
        if any(NO_SPACE in line for line in lines):
            return disk_full(self.log.parent)
        shown = "\n".join(f"   | {line}" for line in lines)
        return LocalProblem(
            f"{self.title}: failed with status {status}\n{shown}\n(whole log: {self.log})",
            self.remedy,
        )
