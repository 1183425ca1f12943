"""Pulumi's release is used when its bytes are those that were locked, and else the CLI is built."""

from __future__ import annotations

import hashlib
import io
import socket
import tarfile
import threading
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from cli.engine import release as release_module
from cli.engine.platforms import this_platform
from cli.engine.release import RELEASES_VARIABLE, released_engine
from cli.engine.release_lock import PLATFORMS, lock_release
from cli.engine.selection import ensure_engine
from local.problems import LocalProblem
from local.workfolder import WorkFolder
from tests.cli.engine.test_selection import with_go, with_pulumi
from tests.cli.engine.test_selection import work as work  # a fixture

ROOT = Path(__file__).parents[3]
PROGRAMS = ("pulumi", "pulumi-language-python", "pulumi-language-python-exec")

THIS_PLATFORM = this_platform(amd64="x64")


def archive_of(*names: str) -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as packed:
        for name in names:
            member = tarfile.TarInfo(f"pulumi/{name}")
            member.size = len(name)
            packed.addfile(member, io.BytesIO(name.encode()))
    return content.getvalue()


@dataclass
class Stand:
    """A server that stands in for the one that has the releases."""

    content: bytes = field(default_factory=lambda: archive_of(*PROGRAMS, "pulumi-language-go"))
    sent_bytes: int | None = None
    silent: threading.Event | None = None
    asked: list[str] = field(default_factory=list)
    address: str = ""


@pytest.fixture
def stand(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stand]:
    stand = Stand()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

        def do_GET(self) -> None:
            stand.asked.append(self.path)
            if stand.silent:
                stand.silent.wait(20)
                return
            if "v9.9.9" not in self.path:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(stand.content)))
            self.end_headers()
            self.wfile.write(stand.content[: stand.sent_bytes])

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    stand.address = f"http://127.0.0.1:{server.server_port}/v{{version}}/{{platform}}.tar.gz"
    monkeypatch.setenv(RELEASES_VARIABLE, stand.address)
    yield stand
    if stand.silent:
        stand.silent.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def locked(work: WorkFolder, stand: Stand) -> WorkFolder:
    lock(work, hashlib.sha256(stand.content).hexdigest())
    return work


def lock(work: WorkFolder, digest: str, version: str = "9.9.9") -> None:
    (work.root / "cli/engine/release.toml").write_text(
        f'version = "{version}"\naddress = "http://127.0.0.1:1/{{version}}-{{platform}}"\n'
        f'[sha256]\n{THIS_PLATFORM} = "{digest}"\n'
    )


def left(work: WorkFolder) -> list[str]:
    return sorted(path.name for path in work.engine.iterdir() if path.is_dir())


def test_the_locked_release_is_fetched_once_and_used(locked: WorkFolder, stand: Stand) -> None:
    engine = ensure_engine(locked)

    assert ensure_engine(locked) == engine
    assert stand.asked == [f"/v9.9.9/{this_platform(amd64='x64')}.tar.gz"]
    assert (engine.official, engine.attached) == (True, True)
    assert "Pulumi's release 9.9.9" in engine.description
    assert {file.name for file in engine.cli.parent.iterdir()} == {*PROGRAMS}
    assert engine.cli.read_text() == "pulumi"
    assert all(file.stat().st_mode & 0o111 for file in engine.cli.parent.iterdir())


def refused(work: WorkFolder, capsys: pytest.CaptureFixture[str]) -> str:
    assert released_engine(work) is None
    assert left(work) == []
    return capsys.readouterr().err


def test_other_bytes_than_those_locked_are_never_opened(
    locked: WorkFolder, stand: Stand, capsys: pytest.CaptureFixture[str]
) -> None:
    expected = hashlib.sha256(stand.content).hexdigest()
    stand.content = archive_of(*PROGRAMS, "another")

    said = refused(locked, capsys)

    found = hashlib.sha256(stand.content).hexdigest()
    assert f"expected to have the SHA-256 {expected}, and has {found}" in said


def test_an_archive_that_is_cut_off_is_said_to_be(
    locked: WorkFolder, stand: Stand, capsys: pytest.CaptureFixture[str]
) -> None:
    stand.sent_bytes = 100

    assert f"cut the archive off after 100 of {len(stand.content)} bytes" in refused(locked, capsys)


def test_a_server_that_is_not_there_is_named(
    locked: WorkFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    monkeypatch.setenv(RELEASES_VARIABLE, f"http://127.0.0.1:{port}/{{version}}")

    assert f"127.0.0.1:{port} was not reachable ([Errno 111]" in refused(locked, capsys)


def test_a_server_that_says_nothing_is_not_waited_for(
    locked: WorkFolder,
    stand: Stand,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(release_module, "SILENCE_S", 0.2)
    stand.silent = threading.Event()

    assert "was not reachable (timed out)" in refused(locked, capsys)


def test_a_server_that_takes_too_long_is_left(
    locked: WorkFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(release_module, "LONGEST_S", -1.0)

    assert "took more than" in refused(locked, capsys)


def test_a_release_that_is_not_there_is_said_to_be(
    locked: WorkFolder, stand: Stand, capsys: pytest.CaptureFixture[str]
) -> None:
    lock(locked, "0" * 64, version="8.8.8")

    assert "answered 404 for http://127.0.0.1" in refused(locked, capsys)


def test_an_archive_without_the_python_host_is_not_used(
    locked: WorkFolder, stand: Stand, capsys: pytest.CaptureFixture[str]
) -> None:
    stand.content = archive_of("pulumi", "pulumi-language-go")
    lock(locked, hashlib.sha256(stand.content).hexdigest())

    assert "holds no pulumi-language-python and no" in refused(locked, capsys)


def test_a_platform_that_was_not_locked_is_named(
    locked: WorkFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    locked.engine.mkdir(parents=True)

    assert "its lock has no checksum for linux-riscv64" in refused(locked, capsys)


def test_without_the_release_the_cli_is_built_and_both_are_said(
    locked: WorkFolder,
    stand: Stand,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with_go(locked, monkeypatch)
    lock(locked, "0" * 64)

    engine = ensure_engine(locked)

    assert "built here" in engine.description
    assert "Pulumi's release 9.9.9 is not used: its archive" in capsys.readouterr().err
    assert ensure_engine(locked) == engine
    assert len(stand.asked) == 1


def test_who_wants_none_has_the_cli_built_without_a_word_to_a_server(
    locked: WorkFolder, stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_go(locked, monkeypatch)
    monkeypatch.setenv(RELEASES_VARIABLE, "none")

    assert not ensure_engine(locked).official
    assert stand.asked == []


def test_the_machines_own_cli_comes_first(
    locked: WorkFolder, stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli = with_pulumi(locked, monkeypatch, "3.260.1")

    assert ensure_engine(locked).cli == cli
    assert stand.asked == []


def test_a_lock_holds_what_the_server_has_for_every_platform(
    locked: WorkFolder, stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock(locked, "0" * 64, version="8.8.8")

    lock_release(locked, "9.9.9")

    written = tomllib.loads((locked.root / "cli/engine/release.toml").read_text())
    assert written["version"] == "9.9.9"
    assert written["sha256"] == dict.fromkeys(PLATFORMS, hashlib.sha256(stand.content).hexdigest())
    assert released_engine(locked) is not None


def test_a_version_that_is_not_there_leaves_the_lock_as_it_was(
    locked: WorkFolder, stand: Stand
) -> None:
    before = (locked.root / "cli/engine/release.toml").read_bytes()

    with pytest.raises(LocalProblem, match="answered 404"):
        lock_release(locked, "7.7.7")

    assert (locked.root / "cli/engine/release.toml").read_bytes() == before


def test_the_committed_lock_has_a_sum_for_every_platform() -> None:
    written = tomllib.loads((ROOT / "cli/engine/release.toml").read_text())

    assert sorted(written["sha256"]) == sorted(PLATFORMS)
    assert all(len(bytes.fromhex(digest)) == 32 for digest in written["sha256"].values())
    assert "{version}" in written["address"] and "{platform}" in written["address"]
