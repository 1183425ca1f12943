"""Starts, finds and stops this checkout's MiniStack."""

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
from dataclasses import asdict, dataclass
from pathlib import Path

from local.ministack.installation import server_environment, server_program
from local.problems import LocalProblem
from local.processes import is_alive, started_at
from local.progress import SHOWN_LINES, say, step, tail
from local.workfolder import WorkFolder

START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 15.0
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, kw_only=True, slots=True)
class Server:
    """A MiniStack that was started here."""

    pid: int
    started: str
    """Start time of the process as the system tells it, so that a reused pid is not believed."""
    port: int
    life: str
    """Differs for each start: what the emulator held before is gone with the one before."""

    @property
    def url(self) -> str:
        """Endpoint of every service."""
        return f"http://{LOOPBACK}:{self.port}"


def ensure_server(work: WorkFolder) -> Server:
    """Give the running MiniStack, starting one if there is none."""
    if (server := running_server(work)) is not None:
        return server
    with work.held("MiniStack start"):
        return running_server(work) or _start(work)


def running_server(work: WorkFolder) -> Server | None:
    """Give this checkout's MiniStack when it lives and answers."""
    server = _recorded(work)
    if server is None or not is_alive(server.pid, server.started):
        return None
    if is_healthy(server.url):
        return server
    with step("waiting for MiniStack, which is alive and does not answer"):
        if _wait_until_healthy(server, 20.0):
            return server
    stop_server(work)
    return None


def is_healthy(url: str) -> bool:
    """Ask an emulator whether it is ready."""
    # A proxy named in the environment must not be asked for the loopback interface.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{url}/_ministack/health", timeout=5) as answer:
            return int(answer.status) == 200
    except (urllib.error.URLError, OSError):
        return False


def stop_server(work: WorkFolder) -> bool:
    """Stop this checkout's MiniStack and what it started; tell whether there was one."""
    server = _recorded(work)
    if server is None or not is_alive(server.pid, server.started):
        return False
    for number in (signal.SIGTERM, signal.SIGKILL):
        # It leads a session of its own, so that function workers end with it.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, number)
        deadline = time.monotonic() + STOP_TIMEOUT_S
        while is_alive(server.pid, server.started) and time.monotonic() < deadline:
            time.sleep(0.05)
    return True


def _recorded(work: WorkFolder) -> Server | None:
    try:
        return Server(**json.loads((work.ministack / "server.json").read_text()))
    except (OSError, ValueError, TypeError):
        return None


def _start(work: WorkFolder) -> Server:
    program = server_program(work)
    port = choose_port(work)
    log = work.ministack / "ministack.log"
    with step("starting MiniStack", log):
        server = _launch(work, program, port, log)
        if not _wait_until_healthy(server, START_TIMEOUT_S):
            raise _did_not_start(work, server, log)
    say(f"MiniStack runs at {server.url} (log: {log})")
    return server


def _launch(work: WorkFolder, program: Path, port: int, log: Path) -> Server:
    with log.open("wb") as output:
        process = subprocess.Popen(
            [program],
            env=server_environment(work, port),
            cwd=work.ministack,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    server = Server(
        pid=process.pid, started=started_at(process.pid), port=port, life=uuid.uuid4().hex
    )
    partial = work.ministack / "server.json.new"
    partial.write_text(json.dumps(asdict(server)))
    partial.rename(work.ministack / "server.json")
    return server


def _wait_until_healthy(server: Server, timeout_s: float) -> bool:
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline and is_alive(server.pid, server.started):
        if is_healthy(server.url):
            return True
        time.sleep(0.1)
    return False


def _did_not_start(work: WorkFolder, server: Server, log: Path) -> LocalProblem:
    shown = "\n".join(f"   | {line}" for line in tail(log, SHOWN_LINES))
    stop_server(work)
    return LocalProblem(
        f"MiniStack did not answer on port {server.port} within {START_TIMEOUT_S:.0f} s:\n{shown}",
        f"See {log}; then run the same command again.",
    )


def choose_port(work: WorkFolder) -> int:
    """Take the port of the last time, so that the stack's endpoint stays; else a free one."""
    if asked := os.environ.get("ALCHEMISER_PORT"):
        if not asked.isdecimal() or not is_free(int(asked)):
            raise LocalProblem(
                f"ALCHEMISER_PORT={asked} was expected to be a free port on {LOOPBACK}, and it is "
                "taken or no port number.",
                "Unset ALCHEMISER_PORT to have a free one chosen, or name another.",
            )
        return int(asked)
    if (last := _recorded(work)) is not None:
        if is_free(last.port):
            return last.port
        say(f"port {last.port}, used the last time, is taken by another program: another is chosen")
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
