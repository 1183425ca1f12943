"""A wheelhouse instead of an index, and a small project to package."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.packager.projects import Project
from tests.packager.wheelhouse import Wheelhouse
from tests.quick_moto import mock_aws


@pytest.fixture
def wheelhouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Wheelhouse:
    folder = tmp_path / "wheels"
    folder.mkdir()
    monkeypatch.setenv("UV_FIND_LINKS", str(folder))
    monkeypatch.setenv("UV_NO_INDEX", "1")
    monkeypatch.setenv("UV_NO_CONFIG", "1")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv-cache"))
    return Wheelhouse(folder)


@pytest.fixture
def emulated_s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put an S3 into this process, which every client reaches by its defaults."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.delenv("EMULATOR_ENDPOINT", raising=False)
    with mock_aws():
        yield


@pytest.fixture
def project(tmp_path: Path) -> Project:
    root = tmp_path / "project"
    root.mkdir()
    return Project(root, tmp_path / "build")
