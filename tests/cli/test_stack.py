"""What is said when a change of the stack ends early."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import NamedTuple

import pytest

from cli.engine.events import EngineRun
from cli.engine.quiet import Told
from cli.stack import explain_failure
from local.workfolder import WorkFolder

TOLD = Told(
    status=255,
    run=EngineRun(steps=(), counts={}, errors=("execution-queue: it is not to be had",)),
    log=Path("/logs/up.log"),
)


class Usage(NamedTuple):
    total: int
    used: int
    free: int


class Healthy(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def work(tmp_path: Path) -> WorkFolder:
    return WorkFolder(root=tmp_path, home=tmp_path)


@pytest.fixture
def emulator() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Healthy) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_dead_emulator_is_named_with_its_log(work: WorkFolder) -> None:
    problem = explain_failure(work, "http://127.0.0.1:1", TOLD)

    assert "MiniStack stopped answering" in problem.problem
    assert "ministack.log" in problem.problem
    assert "starts an empty MiniStack" in problem.remedy


def test_a_full_disk_is_named_with_what_is_left(
    work: WorkFolder, emulator: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: Usage(10**9, 10**9, 3_000_000))

    problem = explain_failure(work, emulator, TOLD)

    assert "is full (3 MB free)" in problem.problem
    assert "ALCHEMISER_HOME" in problem.remedy


def test_anything_else_is_the_engines_to_explain(work: WorkFolder, emulator: str) -> None:
    problem = explain_failure(work, emulator, TOLD)

    assert problem.problem == (
        "The engine ended with status 255 (log: /logs/up.log):\n"
        "execution-queue: it is not to be had"
    )
    assert "Mend what it names" in problem.remedy
