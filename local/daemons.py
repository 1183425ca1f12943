"""Starts, finds and stops servers of this checkout that outlive the command which started them."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from local.problems import LocalProblem
from local.processes import is_alive, started_at
from local.progress import SHOWN_LINES, say, step, tail

LOOPBACK = "127.0.0.1"
SILENCE_S = 20.0
"""How long one that is alive may say nothing before it counts as stuck."""
STOP_TIMEOUT_S = 15.0
PAUSE_S = 0.05


@dataclass(frozen=True, kw_only=True, slots=True)
class Running:
    """A server that was started here."""

    pid: int
    started: float
    """When its process began, so that a number given anew is not believed."""
    port: int
    life: str
    """Differs for each start: what the one before held is gone with it."""

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://{LOOPBACK}:{self.port}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Daemon:
    """One kind of server: where its record and log are, and how it says that it is well."""

    title: str
    folder: Path
    health_path: str
    start_timeout_s: float = 60.0

    @property
    def record(self) -> Path:
        """The file that says which process it is."""
        return self.folder / "server.json"

    @property
    def log(self) -> Path:
        """What it says."""
        return self.folder / f"{self.folder.name}.log"

    def recorded(self) -> Running | None:
        """Give the last one that was started, whether it still runs or not."""
        try:
            server = Running(**json.loads(self.record.read_text()))
            return server if isinstance(server.started, float) else None
        except (OSError, ValueError, TypeError):
            return None

    def alive(self) -> Running | None:
        """Give the one whose process runs, whether it answers or not."""
        server = self.recorded()
        return server if server and is_alive(server.pid, server.started) else None

    def running(self) -> Running | None:
        """Give the one that answers; one that runs and stays silent is stopped."""
        server = self.alive()
        if server is None or self._is_healthy(server):
            return server
        with step(f"waiting for {self.title}, which is alive and does not answer"):
            if self._wait_until_healthy(server, SILENCE_S):
                return server
        self.stop()
        return None

    def start(
        self, command: Sequence[str | Path], environment: Mapping[str, str], cwd: Path, port: int
    ) -> Running:
        """Start one that leads a session of its own; raise LocalProblem when it does not answer."""
        with step(f"starting {self.title}", self.log):
            with self.log.open("wb") as output:
                process = subprocess.Popen(
                    [str(part) for part in command],
                    env=dict(environment),
                    cwd=cwd,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            server = self._written(process.pid, port)
            if not self._wait_until_healthy(server, self.start_timeout_s):
                raise self._did_not_start(server)
        say(f"{self.title} runs at {server.url} (log: {self.log})")
        return server

    def stop(self) -> bool:
        """Stop it and what it started; tell whether there was one."""
        server = self.alive()
        if server is None:
            return False
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(server.pid, number)
            deadline = time.monotonic() + STOP_TIMEOUT_S
            while is_alive(server.pid, server.started) and time.monotonic() < deadline:
                time.sleep(PAUSE_S)
        return True

    def _written(self, pid: int, port: int) -> Running:
        server = Running(pid=pid, started=started_at(pid) or 0.0, port=port, life=uuid.uuid4().hex)
        # Under another name until it is whole: a command killed here must not leave half of it.
        partial = self.record.with_suffix(".new")
        partial.write_text(json.dumps(asdict(server)))
        partial.rename(self.record)
        return server

    def _is_healthy(self, server: Running) -> bool:
        return answers(f"{server.url}{self.health_path}")

    def _wait_until_healthy(self, server: Running, timeout_s: float) -> bool:
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline and is_alive(server.pid, server.started):
            if self._is_healthy(server):
                return True
            time.sleep(PAUSE_S)
        return False

    def _did_not_start(self, server: Running) -> LocalProblem:
        shown = "\n".join(f"   | {line}" for line in tail(self.log, SHOWN_LINES))
        self.stop()
        return LocalProblem(
            f"{self.title} did not answer on port {server.port} within "
            f"{self.start_timeout_s:.0f} s:\n{shown}",
            f"See {self.log}; then run the same command again.",
        )


def answers(url: str) -> bool:
    """Tell whether a server of this machine answers that it is well."""
    # A proxy named in the environment must not be asked for the loopback interface.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=5) as answer:
            return int(answer.status) == 200
    except (urllib.error.URLError, OSError):
        return False


def free_port() -> int:
    """Give a port of the loopback interface that nobody listens on."""
    with socket.socket() as free:
        free.bind((LOOPBACK, 0))
        return int(free.getsockname()[1])


def is_free(port: int) -> bool:
    """Tell whether a server could listen on a port of the loopback interface."""
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((LOOPBACK, port))
        except (OSError, OverflowError):
            return False
        return True
