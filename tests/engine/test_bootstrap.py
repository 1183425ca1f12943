"""From a clone and a bare Python to a running stack: the way of someone who has just cloned it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.working_tree import ROOT

pytestmark = [pytest.mark.engine, pytest.mark.soak, pytest.mark.timeout(3600)]

KEPT = ("HOME", "SSL_CERT_FILE", "SSL_CERT_DIR", "PIP_CERT", "HTTPS_PROXY", "NO_PROXY")
"""What a network may need; with HOME go the caches, so that nothing is fetched twice."""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    root = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(root)], check=True)
    return root


def make(root: Path, *targets: str) -> subprocess.CompletedProcess[str]:
    environment = {name: os.environ[name] for name in KEPT if name in os.environ}
    # A real interpreter, since a version manager's shim asks for its own environment.
    bare = Path(sys.executable).resolve().parent
    return subprocess.run(
        ["make", *targets],
        cwd=root,
        env={**environment, "PATH": f"{bare}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_make_local_needs_nothing_but_git_make_and_python(clone: Path) -> None:
    first = make(clone, "local")
    try:
        assert first.returncode == 0, first.stderr[-3000:]
        again = make(clone, "local").stdout
        assert "nothing changed" in again
        assert len(again.splitlines()) <= 5
        status = ["git", "status", "--porcelain"]
        assert subprocess.check_output(status, cwd=clone, text=True) == ""
        down = make(clone, "down")
        assert "MiniStack stopped, and with it 2" in down.stderr
        record = clone / ".alchemiser/state/.pulumi/stacks/alchemiser/local.json"
        assert not json.loads(record.read_text())["checkpoint"]["latest"].get("resources")
    finally:
        make(clone, "clean", "ALL=1")
    assert not (clone / ".alchemiser").exists()
