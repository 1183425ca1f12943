from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from packager.build import packing
from packager.build.compression import Blob, compress
from packager.build.packing import Packer
from packager.errors import ArchiveError
from packager.inputs.sources import SourceFile
from tests.packager.projects import Project
from tests.packager.wheelhouse import Wheelhouse


def source(folder: Path, name: str, content: bytes) -> SourceFile:
    (folder / name).write_bytes(content)
    return SourceFile(name, str(folder / name), False)


def test_a_content_that_several_files_share_is_compressed_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compressed: list[bytes] = []

    def counting(content: bytes) -> Blob:
        compressed.append(content)
        return compress(content)

    monkeypatch.setattr(packing, "compress", counting)
    files = [source(tmp_path, name, b"same" * 100) for name in ("a", "b")]
    with Packer() as packer:
        packer.pack(tmp_path / "first.zip", files)
        packer.pack(tmp_path / "second.zip", files)
    assert len(compressed) == 1


def test_bytes_do_not_depend_on_the_number_of_threads(tmp_path: Path) -> None:
    files = [source(tmp_path, f"{n:03}", bytes([n % 7]) * n * 4_000) for n in range(60)]
    for threads in (1, 4):
        with Packer(threads) as packer:
            packer.pack(tmp_path / f"{threads}.zip", files, "python/")
    assert (tmp_path / "1.zip").read_bytes() == (tmp_path / "4.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "1.zip") as opened:
        assert opened.namelist() == [f"python/{n:03}" for n in range(60)]


def test_a_failure_in_a_thread_reaches_the_caller(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(_: bytes) -> None:
        raise MemoryError("too much")

    monkeypatch.setattr(packing, "compress", failing)
    with Packer() as packer, pytest.raises(MemoryError, match="too much"):
        packer.pack(tmp_path / "x.zip", [source(tmp_path, "a", b"1")])


def test_a_path_that_is_a_file_and_a_folder_is_refused(
    project: Project, wheelhouse: Wheelhouse
) -> None:
    first = wheelhouse.add("tiny", {"tiny.py": ""})
    second = wheelhouse.add("other", {"tiny.py/x.py": ""})
    with pytest.raises(ArchiveError, match=r"tiny\.py: expected a file or a folder, found both"):
        project.build(project.lock("first", first, second))
