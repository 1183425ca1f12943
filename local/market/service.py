"""Starts, finds and stops this checkout's simulated market."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

from local.daemons import Daemon, Running
from local.locks import held
from local.market.address import HOST, market_folder, market_port
from local.problems import LocalProblem
from local.workfolder import WorkFolder

ANSWER_TIMEOUT_S = 10.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Market:
    """A simulated market that runs, and how to steer it."""

    port: int
    life: str
    """Differs for each start: a market keeps its books in memory."""

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
    with held(work, "market start"):
        daemon = _daemon(work)
        server = daemon.running() or _start(work, daemon)
    return Market(port=server.port, life=server.life)


def stop_market(work: WorkFolder) -> bool:
    """Stop this checkout's market; tell whether there was one."""
    return _daemon(work).stop()


def _daemon(work: WorkFolder) -> Daemon:
    return Daemon(
        title="the simulated market", folder=market_folder(work), health_path="/_sim/health"
    )


def _start(work: WorkFolder, daemon: Daemon) -> Running:
    port = market_port(work)
    command = (str(work.venv_python), "-m", "local.market", "--port", str(port))
    return daemon.start(command, os.environ, work.root, port)
