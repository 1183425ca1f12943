"""`make watch`: what is saved is served by Lambda, and the record follows."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.engine.checkout import Checkout
from tests.engine.rehearsal import METRICS, marked

pytestmark = [pytest.mark.engine, pytest.mark.timeout(900)]

FUNCTION = "alchemiser-local-metrics"
PATIENCE_S = 120
"""docs/benchmarks.md says how long it takes on a machine at rest."""


@pytest.fixture
def watching(stack: Checkout) -> Iterator[subprocess.Popen[bytes]]:
    """Watch a stack that is up; what was saved meanwhile is taken back afterwards."""
    before = (stack.root / METRICS).read_bytes()
    process = stack.start("watch")
    try:
        wait_until(lambda: "watching for saves" in said(stack))
        yield process
    finally:
        stop(process)
        (stack.root / METRICS).write_bytes(before)
        stack.run("local").succeeded()


def said(stack: Checkout) -> str:
    return (stack.home / "killed.log").read_text()


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(timeout=PATIENCE_S)


def served(client: Any) -> str:
    """Ask Lambda for the digest of what the alias serves."""
    live = client.get_alias(FunctionName=FUNCTION, Name="live")["FunctionVersion"]
    digest: str = client.get_function_configuration(FunctionName=FUNCTION, Qualifier=live)[
        "CodeSha256"
    ]
    return digest


def save(stack: Checkout, change: Callable[[str], str]) -> None:
    path = Path(stack.root / METRICS)
    path.write_text(change(path.read_text()))


def test_a_save_is_served_a_mistake_is_named_and_the_record_follows(
    stack: Checkout, watching: subprocess.Popen[bytes]
) -> None:
    client = stack.account().client("lambda")
    first = served(client)

    save(stack, lambda text: marked(text, "saved"))

    wait_until(lambda: served(client) != first)
    answer = client.invoke(
        FunctionName=FUNCTION, Qualifier="live", Payload=json.dumps({"action": "health"})
    )
    assert json.loads(answer["Payload"].read()) == {"status": "healthy"}
    wait_until(lambda: "service.py changed" in said(stack))

    second = served(client)
    save(stack, lambda text: f"{text}\ndef broken(:\n")
    wait_until(lambda: "service.py" in said(stack).rpartition("error: ")[2])
    assert served(client) == second
    save(stack, lambda text: marked(text.replace("\ndef broken(:\n", ""), "mended"))
    wait_until(lambda: served(client) != second)

    stop(watching)
    assert "no longer watching" in said(stack)
    stack.run("local").succeeded()
    stack.pulumi("preview", "--stack", "local", "--expect-no-changes").succeeded()
