"""Runs one command, passing its output on line by line while it runs."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO

from attached_providers.failures import ProviderError

TAIL_CHARACTERS = 8000
"""How much of a failed command's output its error repeats."""

Show = Callable[[str], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Ran:
    """What a finished command printed, without the last newline of each stream."""

    stdout: str
    stderr: str


@dataclass(slots=True)
class Processes:
    """The commands that are running now, so that a cancelled update can end them."""

    _running: dict[subprocess.Popen[bytes], str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def run(
        self,
        owner: str,
        argv: Sequence[str],
        *,
        cwd: str | None,
        environment: Mapping[str, str],
        stdin: str,
        show: tuple[Show, Show],
    ) -> Ran:
        """Run an owner's command to its end; `show` gets the lines of stdout and of stderr."""
        process = _start(argv, cwd, environment)
        with self._lock:
            self._running[process] = owner
        try:
            return _follow(process, argv, stdin, show)
        finally:
            with self._lock:
                self._running.pop(process)

    def stop(self, owner: str | None = None) -> None:
        """End an owner's running commands (all, if none is named) with all that they started."""
        with self._lock:
            mine = [item for item, whose in self._running.items() if owner in (None, whose)]
            for process in mine:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGTERM)


def _start(
    argv: Sequence[str], cwd: str | None, environment: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            list(argv),
            cwd=cwd,
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        raise ProviderError(f"cannot run {argv[-1]!r}: {error}") from error


def _follow(
    process: subprocess.Popen[bytes], argv: Sequence[str], stdin: str, show: tuple[Show, Show]
) -> Ran:
    out: list[str] = []
    err: list[str] = []
    both: list[str] = []
    readers = [
        threading.Thread(target=_read, args=(stream, (lines, both), shown))
        for stream, lines, shown in (
            (process.stdout, out, show[0]),
            (process.stderr, err, show[1]),
        )
    ]
    for reader in readers:
        reader.start()
    if process.stdin is not None:
        with contextlib.suppress(BrokenPipeError), process.stdin:
            process.stdin.write(stdin.encode())
    for reader in readers:
        reader.join()
    code = process.wait()
    if code:
        ended = f"exit status {code}" if code > 0 else f"signal {-code}"
        tail = "".join(both)[-TAIL_CHARACTERS:]
        raise ProviderError(f"{ended}: running {argv[-1]!r}:\n{tail}")
    return Ran(stdout="".join(out).removesuffix("\n"), stderr="".join(err).removesuffix("\n"))


def _read(stream: IO[bytes], sinks: tuple[list[str], ...], show: Show) -> None:
    with stream:
        for raw in stream:
            line = raw.decode(errors="replace")
            for sink in sinks:
                sink.append(line)
            show(line.rstrip("\n"))
