"""The search for a planted token finds it wherever it is planted."""

from __future__ import annotations

import base64
import gzip
import io
import json
import subprocess
import sys
import tarfile
import time
import zipfile
from pathlib import Path

import pytest

from tests.leaks import leaks_below, leaks_in, watching_processes

TOKEN = "planted-token-7c1e94ab"


def zipped(content: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.txt", content)
    return target.getvalue()


def tarred(content: bytes) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        entry = tarfile.TarInfo("inner.txt")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    return target.getvalue()


def document(content: bytes) -> bytes:
    return json.dumps({"deployment": {"code": base64.b64encode(content).decode()}}).encode()


PLAIN = f"GH_TOKEN={TOKEN}\n".encode()
HIDDEN = {
    "as it is": PLAIN,
    "in an address": b"https://x-access-token:planted-token-7c1e94ab@example.test/quant.git",
    "in base64": b"Basic " + base64.b64encode(f"x-access-token:{TOKEN}".encode()),
    "in base64 of the user": b"Basic " + base64.b64encode(f"us:{TOKEN}".encode()),
    "in base64 of itself": base64.b64encode(TOKEN.encode()),
    "in hex": TOKEN.encode().hex().encode(),
    "in a zip": zipped(PLAIN * 1000),
    "in a gzip": gzip.compress(PLAIN * 1000),
    "in a tar in a gzip": gzip.compress(tarred(PLAIN)),
    "in a zip in a document": document(zipped(PLAIN)),
    "in a gzip in a document in a zip": zipped(document(gzip.compress(PLAIN))),
}


@pytest.mark.parametrize("content", HIDDEN.values(), ids=HIDDEN)
def test_a_token_is_found_wherever_it_hides(content: bytes) -> None:
    assert list(leaks_in("it", content, TOKEN)) != []
    other = "planted-token-00000000"
    assert list(leaks_in("it", content, other)) == []


def test_a_token_is_found_in_files_and_in_their_names(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs/up.log").write_bytes(PLAIN)
    (tmp_path / f"{TOKEN}.txt").write_text("")
    (tmp_path / "fine.zip").write_bytes(zipped(b"nothing"))

    found = list(leaks_below(tmp_path, TOKEN))

    assert found == [str(tmp_path / "logs/up.log"), f"name of {tmp_path}/{TOKEN}.txt"]


def test_a_token_on_a_command_line_is_found() -> None:
    waiting = [sys.executable, "-c", "import sys; sys.stdin.read()", f"--token={TOKEN}"]
    deadline = time.monotonic() + 30
    with watching_processes(TOKEN) as seen:
        process = subprocess.Popen(waiting, stdin=subprocess.PIPE)
        while not seen["leaking"] and time.monotonic() < deadline:
            time.sleep(0.01)
        process.communicate()

    assert [line for line in seen["leaking"] if f"--token={TOKEN}" in line]
    assert len(seen["all"]) > 1
