from __future__ import annotations

import stat
import warnings
import zipfile
from pathlib import Path

import pytest

from packager.check.unpacking import archive_paths, unpack
from packager.errors import ArchiveError


def zipped(path: Path, *names: str, mode: int = stat.S_IFREG | 0o644) -> Path:
    with zipfile.ZipFile(path, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        for name in names:
            info = zipfile.ZipInfo("placeholder")
            info.filename = info.orig_filename = name
            info.external_attr = mode << 16
            archive.writestr(info, name)
    return path


@pytest.mark.parametrize(
    "name",
    ["../outside", "a/../../outside", "/etc/passwd", "C:/evil", "a\\..\\b", "a//b", "./a", "a/"],
)
def test_names_an_entry_that_leaves_the_folder(tmp_path: Path, name: str) -> None:
    archive = zipped(tmp_path / "evil.zip", "good.py", name)
    with pytest.raises(ArchiveError) as refused:
        unpack(archive, tmp_path / "into")
    assert repr(name) in str(refused.value)
    assert not (tmp_path / "into").exists()
    with pytest.raises(ArchiveError):
        archive_paths(archive)


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFDIR, stat.S_IFIFO, stat.S_IFCHR])
def test_names_an_entry_that_is_no_regular_file(tmp_path: Path, kind: int) -> None:
    archive = zipped(tmp_path / "evil.zip", "link.py", mode=kind | 0o777)
    with pytest.raises(ArchiveError, match=r"'link.py' is not a regular file"):
        unpack(archive, tmp_path / "into")


def test_names_an_entry_that_is_there_twice(tmp_path: Path) -> None:
    archive = zipped(tmp_path / "evil.zip", "same.py", "same.py")
    with pytest.raises(ArchiveError, match=r"'same.py' is there twice"):
        unpack(archive, tmp_path / "into")


def test_refuses_more_than_lambda_unpacks(tmp_path: Path) -> None:
    archive = zipped(tmp_path / "bomb.zip", "aaaa", "bbbb")
    with pytest.raises(ArchiveError, match="'bbbb' brings the unzipped size over 5 bytes"):
        unpack(archive, tmp_path / "into", limit_bytes=5)


@pytest.mark.parametrize("kept", [0, 1, 20, -1, -22])
def test_refuses_a_zip_that_was_cut_short(tmp_path: Path, kept: int) -> None:
    whole = zipped(tmp_path / "whole.zip", "a.py", "b.py").read_bytes()
    archive = tmp_path / "cut.zip"
    archive.write_bytes(whole[:kept])
    with pytest.raises(ArchiveError, match=r"cut\.zip: expected a whole zip"):
        unpack(archive, tmp_path / "into")


def test_refuses_bytes_that_were_changed(tmp_path: Path) -> None:
    content = bytearray(zipped(tmp_path / "whole.zip", "good.py").read_bytes())
    content[content.index(b"good.py") + len("good.py")] ^= 1
    archive = tmp_path / "changed.zip"
    archive.write_bytes(content)
    with pytest.raises(ArchiveError, match="CRC"):
        unpack(archive, tmp_path / "into")


def test_keeps_content_and_executable_bit(tmp_path: Path) -> None:
    archive = zipped(tmp_path / "good.zip", "bin/run", mode=stat.S_IFREG | 0o755)
    unpack(archive, tmp_path / "into")
    run = tmp_path / "into/bin/run"
    assert (run.read_text(), stat.S_IMODE(run.stat().st_mode)) == ("bin/run", 0o755)
    assert archive_paths(archive) == ("bin/run",)
