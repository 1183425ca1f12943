from __future__ import annotations

import sys
from pathlib import Path

import pytest

from packager.errors import InstallError
from packager.uv import uv_executable


def test_says_when_there_is_no_uv(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InstallError, match="Run `uv sync`"):
        uv_executable()


def test_takes_uv_from_path_when_none_is_beside_python(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    uv = tmp_path / "uv"
    uv.write_text("#!/bin/sh\n")
    uv.chmod(0o755)
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert uv_executable() == str(uv)
