"""Starts, finds and stops this checkout's simulated market."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from local.market.address import HOST, market_folder, market_port
from local.problems import LocalProblem
from local.processes import is_alive, started_at
from local.progress import SHOWN_LINES, say, step, tail
from local.workfolder import WorkFolder

START_TIMEOUT_S = 30.0
ANSWER_TIMEOUT_S = 10.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Market:
    """A simulated market that runs, and how to steer it."""

    pid: int
    started: str
    port: int

    @property
    def url(self) -> str:
        """Base address of all its APIs."""
        return f"http://{HOST}:{self.port}"

    def ask(self, path: str) -> Any:
        """Read one of the market's own pages."""
        return self._call("GET", path, None)

    def tell(self, path: str, /, **command: object) -> Any:
        """Give the market a command; raise LocalProblem when it refuses."""
        return self._call("POST", path, json.dumps(command, default=str).encode())

    def behave(self) -> None:
        """Forget every fault that was armed."""
        self._call("DELETE", "faults", None)

    def _call(self, method: str, path: str, content: bytes | None) -> Any:
        request = urllib.request.Request(f"{self.url}/_sim/{path}", method=method, data=content)
        # A proxy named in the environment must not be asked for the loopback interface.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=ANSWER_TIMEOUT_S) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                said = error.read().decode(errors="replace")
            raise LocalProblem(
                f"The simulated market refused {path}: {said}",
                "Correct what it names and run the same command again.",
            ) from None
        except (urllib.error.URLError, OSError) as error:
            raise LocalProblem(
                f"The simulated market at {self.url} does not answer: {error}",
                "Run `make local`: it starts the market again.",
            ) from error


def ensure_market(work: WorkFolder) -> Market:
    """Give the running market, starting one if there is none."""
    with work.held("market start"):
        return running_market(work) or _start(work)


def running_market(work: WorkFolder) -> Market | None:
    """Give this checkout's market when it lives."""
    try:
        market = Market(**json.loads((market_folder(work) / "market.json").read_text()))
    except (OSError, ValueError, TypeError):
        return None
    return market if is_alive(market.pid, market.started) and _is_healthy(market) else None


def stop_market(work: WorkFolder) -> bool:
    """Stop this checkout's market; tell whether there was one."""
    market = running_market(work)
    if market is None:
        return False
    deadline = time.monotonic() + START_TIMEOUT_S
    with contextlib.suppress(ProcessLookupError):
        os.kill(market.pid, signal.SIGTERM)
    while is_alive(market.pid, market.started) and time.monotonic() < deadline:
        time.sleep(0.05)
    return True


def _start(work: WorkFolder) -> Market:
    folder = market_folder(work)
    log, port = folder / "market.log", market_port(work)
    with step("starting the simulated market", log), log.open("wb") as output:
        process = subprocess.Popen(
            [work.venv_python, "-m", "local.market", "--port", str(port)],
            cwd=work.root,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        market = Market(pid=process.pid, started=started_at(process.pid), port=port)
        (folder / "market.json").write_text(json.dumps(asdict(market)))
        _wait_until_healthy(market, log)
    say(f"the simulated market runs at {market.url}")
    return market


def _wait_until_healthy(market: Market, log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while not _is_healthy(market):
        if time.monotonic() > deadline or not is_alive(market.pid, market.started):
            shown = "\n".join(f"   | {line}" for line in tail(log, SHOWN_LINES))
            raise LocalProblem(
                f"The simulated market did not start on port {market.port}:\n{shown}",
                f"See {log}; then run the same command again.",
            )
        time.sleep(0.05)


def _is_healthy(market: Market) -> bool:
    try:
        return bool(market.ask("health")["status"] == "ok")
    except LocalProblem:
        return False
