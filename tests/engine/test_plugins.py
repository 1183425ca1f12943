"""The real CLI takes a plugin only by the checksum that it is given."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import tarfile
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from cli.engine.platforms import this_platform
from cli.engine.selection import ensure_engine
from local.workfolder import WorkFolder
from tests.working_tree import ROOT

pytestmark = [pytest.mark.engine, pytest.mark.timeout(900)]


def test_other_bytes_are_refused_and_the_right_ones_are_taken(tmp_path: Path) -> None:
    archive = tmp_path / f"pulumi-resource-aws-v7.0.0-{this_platform()}.tar.gz"
    with tarfile.open(archive, "w:gz") as packed:
        member = tarfile.TarInfo("pulumi-resource-aws")
        member.mode = 0o755
        packed.addfile(member, io.BytesIO())
    right = hashlib.sha256(archive.read_bytes()).hexdigest()
    cli = str(ensure_engine(WorkFolder.of(ROOT)).cli)
    server = ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def install(checksum: str) -> subprocess.CompletedProcess[str]:
        command = [cli, "plugin", "install", "resource", "aws", "7.0.0", "--exact"]
        address = f"http://127.0.0.1:{server.server_port}"
        return subprocess.run(
            [*command, "--server", address, "--checksum", checksum],
            env={**os.environ, "PULUMI_HOME": str(tmp_path / "home")},
            capture_output=True,
            text=True,
            check=False,
        )

    try:
        refused, taken = install("0" * 64), install(right)
    finally:
        server.shutdown()
        server.server_close()

    assert refused.returncode != 0
    assert "invalid checksum" in refused.stderr
    assert taken.returncode == 0, taken.stderr
    assert (tmp_path / "home/plugins/resource-aws-v7.0.0/pulumi-resource-aws").exists()
