"""Which port MiniStack gets, and which process counts as it."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.ministack.installation import server_environment
from local.ministack.server import choose_port, is_healthy, running_server, stop_server
from local.problems import LocalProblem
from local.processes import is_alive, started_at
from local.workfolder import WorkFolder


@pytest.fixture
def work(tmp_path: Path) -> WorkFolder:
    work = WorkFolder(root=tmp_path, home=tmp_path / "home")
    work.ministack.mkdir(parents=True)
    return work


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def record(work: WorkFolder, port: int) -> None:
    server = {"pid": os.getpid(), "started": 1.0, "port": port, "life": "a"}
    (work.ministack / "server.json").write_text(json.dumps(server))


def test_the_port_of_the_last_time_is_kept(work: WorkFolder) -> None:
    port = choose_port(work)
    record(work, port)

    assert choose_port(work) == port


def test_a_port_that_another_program_took_is_given_up(
    work: WorkFolder, taken: int, capsys: pytest.CaptureFixture[str]
) -> None:
    record(work, taken)

    assert choose_port(work) != taken
    assert f"port {taken}" in capsys.readouterr().err


@pytest.mark.parametrize("asked", ["taken", "many", "-1", "70000"])
def test_a_port_that_was_asked_for_and_cannot_be_had_is_an_error(
    work: WorkFolder, taken: int, asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALCHEMISER_PORT", str(taken) if asked == "taken" else asked)

    with pytest.raises(LocalProblem, match="Unset ALCHEMISER_PORT"):
        choose_port(work)


@pytest.mark.parametrize(
    "recorded",
    [
        "",
        "{",
        "[]",
        '{"pid": 1}',
        json.dumps({"pid": os.getpid(), "started": 1.0, "port": 1, "life": "a"}),
        json.dumps({"pid": os.getpid(), "started": "8155", "port": 1, "life": "a"}),
    ],
    ids=["empty", "cut off", "no object", "half", "of a later process", "of an older version"],
)
def test_what_is_not_the_recorded_process_is_neither_used_nor_stopped(
    work: WorkFolder, recorded: str
) -> None:
    (work.ministack / "server.json").write_text(recorded)

    assert running_server(work) is None
    assert not stop_server(work)


def test_nothing_of_the_callers_environment_reaches_functions(
    work: WorkFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("A_SECRET", "hidden")

    environment = server_environment(work, 4566)

    assert "hidden" not in environment.values()
    assert environment["BIND_HOST"] == "127.0.0.1"


def test_a_port_without_a_server_is_not_healthy(taken: int) -> None:
    assert not is_healthy("http://127.0.0.1:1")


def test_a_process_is_told_from_a_later_one_of_the_same_number() -> None:
    assert is_alive(os.getpid(), started_at(os.getpid()) or 0.0)
    assert not is_alive(os.getpid(), 1.0)
    assert started_at(2**22 + 1) is None
