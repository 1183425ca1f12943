"""Ctrl-C in a deployment waits for the engine, as a terminal sends it: to all of them at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.programs import program

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[2]
RUN = """from operations.engine import CommandLine
from operations.errors import OperationError
try:
    CommandLine.of("dev", embedded=False, region="us-east-1").run("up")
except OperationError as error:
    print("told:", error, flush=True)
"""
ENGINE = """trap 'echo finishing >> {log}; sleep 1; echo ended in good order >> {log}; exit 255' INT
echo started >> {log}
while :; do sleep 0.1; done"""
STUBBORN = """trap 'echo asked >> {log}; asked=$((asked+1)); [ $asked -lt 2 ] || exit 1' INT
echo started >> {log}
while :; do sleep 0.1; done"""


def start(tmp_path: Path, engine: str) -> tuple[subprocess.Popen[str], Path]:
    log = tmp_path / "log"
    path = program(tmp_path / "pulumi", engine.format(log=log))
    process = subprocess.Popen(
        [sys.executable, "-c", RUN],
        cwd=ROOT,
        env={**os.environ, "PATH": f"{path.parent}:{os.environ['PATH']}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    wait_for(log, "started")
    return process, log


def wait_for(log: Path, text: str, times: int = 1) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if log.exists() and log.read_text().count(text) >= times:
            return
        time.sleep(0.02)
    raise AssertionError(f"{text!r} never came")


def test_the_prompt_returns_only_after_the_engines_orderly_end(tmp_path: Path) -> None:
    process, log = start(tmp_path, ENGINE)

    os.killpg(process.pid, signal.SIGINT)
    said, _ = process.communicate(timeout=60)

    assert log.read_text().splitlines()[-1] == "ended in good order"
    assert "interrupted: the engine finishes what it has begun" in said
    assert "ended with 255 on dev" in said


def test_a_job_that_is_cancelled_ends_the_engine_in_good_order_too(tmp_path: Path) -> None:
    process, log = start(tmp_path, ENGINE)

    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)

    assert log.read_text().splitlines()[-1] == "ended in good order"


def test_a_second_interrupt_is_told_what_it_leaves(tmp_path: Path) -> None:
    process, log = start(tmp_path, STUBBORN)

    for times in (1, 2):
        os.killpg(process.pid, signal.SIGINT)
        wait_for(log, "asked", times)
    said, _ = process.communicate(timeout=60)

    assert "interrupted again: this leaves a lock and half-made resources" in said
    assert "make recover STACK=dev" in said
