"""The bytes of an archive, however the engine describes it."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest

from attached_providers.aws.archives import archive_bytes
from attached_providers.failures import ProviderError
from attached_providers.wire import ARCHIVE_MARK, ASSET_MARK, SIGNATURE


def names(content: bytes) -> list[str]:
    return zipfile.ZipFile(io.BytesIO(content)).namelist()


def test_a_zip_file_is_passed_on_untouched(tmp_path: Path) -> None:
    (tmp_path / "code.zip").write_bytes(b"any bytes")
    assert archive_bytes({"path": str(tmp_path / "code.zip")}) == b"any bytes"


def test_a_folder_gives_the_same_bytes_at_any_time(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for name in ("b.py", "a.py", "deep/c.py"):
        (tmp_path / name).write_text(name)
    first = archive_bytes({"path": str(tmp_path)})
    os.utime(tmp_path / "a.py", (0, 0))
    assert archive_bytes({"path": str(tmp_path)}) == first
    assert names(first) == ["a.py", "b.py", "deep/c.py"]


def test_assets_and_nested_archives_are_put_together(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("content")
    nested = {SIGNATURE: ARCHIVE_MARK, "assets": {"text": {SIGNATURE: ASSET_MARK, "text": "x"}}}
    assets = {"file": {SIGNATURE: ASSET_MARK, "path": str(tmp_path / "file")}, "lib": nested}
    assert names(archive_bytes({"assets": assets})) == ["file", "lib/text"]


def test_what_is_not_there_is_told_by_its_path(tmp_path: Path) -> None:
    with pytest.raises(ProviderError, match=f"expected an archive at {tmp_path}/none"):
        archive_bytes({"path": str(tmp_path / "none")})
    with pytest.raises(ProviderError, match="found https://one"):
        archive_bytes({"uri": "https://one"})
