"""The provider process: it names its ports, answers over gRPC, and ends with its parent."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import provider_pb2 as pb
from pulumi.runtime.proto import provider_pb2_grpc

from attached_providers.wire import dump, load

ROOT = Path(__file__).parents[3]


@pytest.fixture
def process() -> Iterator[subprocess.Popen[str]]:
    running = subprocess.Popen(
        [sys.executable, "-m", "attached_providers"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with running:
        yield running
        running.kill()


def ports(process: subprocess.Popen[str]) -> dict[str, str]:
    assert process.stdout is not None
    line = process.stdout.readline()
    assert re.fullmatch(r"aws:\d+,command:\d+\n", line)
    return dict(part.split(":") for part in line.strip().split(","))


def test_ends_when_its_stdin_closes(process: subprocess.Popen[str]) -> None:
    ports(process)
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(timeout=120) == 0


def test_ends_when_it_is_asked_to_and_takes_its_commands_along(
    process: subprocess.Popen[str], tmp_path: Path
) -> None:
    address = f"127.0.0.1:{ports(process)['command']}"
    started = tmp_path / "started"
    with grpc.insecure_channel(address) as channel:
        command = provider_pb2_grpc.ResourceProviderStub(channel)
        urn = "urn:pulumi:stack::project::command:local:Command::slow"
        inputs = dump({"create": f"echo $$ > {started}; sleep 600"})
        # gRPC cancels a call of which nobody holds the result.
        call = command.Create.future(pb.CreateRequest(urn=urn, properties=inputs))
        pid = number_in(started, timeout_s=60)
        assert not call.done()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=120) == 0
    deadline = time.monotonic() + 10
    while _is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not _is_running(pid)


def number_in(file: Path, timeout_s: float) -> int:
    """Give the process number that a command writes, as soon as the whole line is there."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        if file.exists() and (text := file.read_text()).endswith("\n"):
            return int(text)
        time.sleep(0.01)
    raise AssertionError(f"{file} was not written within {timeout_s:.0f} s")


def _is_running(pid: int) -> bool:
    """Tell a running process from one that ended and that nobody has taken notice of."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_large_inputs_pass(process: subprocess.Popen[str]) -> None:
    address = f"127.0.0.1:{ports(process)['command']}"
    options = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
    with grpc.insecure_channel(address, options=options) as channel:
        command = provider_pb2_grpc.ResourceProviderStub(channel)
        assert command.GetPluginInfo(Empty()).version == "1.2.1"
        urn = "urn:pulumi:stack::project::command:local:Command::large"
        inputs = {"create": "true", "stdin": "x" * 20_000_000}
        answer = command.Check(pb.CheckRequest(urn=urn, news=dump(inputs)))
        assert load(answer.inputs) == inputs
