from __future__ import annotations

import hashlib
import io
import zipfile

import pytest

from packager.build import archive
from packager.build.archive import Entry, write_archive
from packager.build.compression import compress
from packager.errors import ArchiveError

CONTENTS = {
    "a.py": b"print('a')\n" * 100,
    "bin/run": b"#!/bin/sh\n",
    "empty.py": b"",
    "noise": bytes(hashlib.sha256(bytes([n])).digest()[0] for n in range(256)),
    "ünï.py": b"x = 1\n",
}


@pytest.fixture
def stream() -> io.BytesIO:
    return io.BytesIO()


@pytest.fixture
def measured(stream: io.BytesIO) -> archive.Written:
    entries = [
        Entry(path, path == "bin/run", compress(content)) for path, content in CONTENTS.items()
    ]
    return write_archive(stream, entries)


def test_is_a_zip_that_others_read(stream: io.BytesIO, measured: archive.Written) -> None:
    with zipfile.ZipFile(stream) as opened:
        assert opened.testzip() is None
        assert {name: opened.read(name) for name in opened.namelist()} == CONTENTS


def test_has_one_time_and_two_modes(stream: io.BytesIO, measured: archive.Written) -> None:
    with zipfile.ZipFile(stream) as opened:
        infos = opened.infolist()
    assert {info.date_time for info in infos} == {(1980, 1, 1, 0, 0, 0)}
    modes = {info.filename: oct(info.external_attr >> 16) for info in infos}
    assert modes.pop("bin/run") == "0o100755"
    assert set(modes.values()) == {"0o100644"}


def test_measures_what_it_wrote(stream: io.BytesIO, measured: archive.Written) -> None:
    content = stream.getvalue()
    assert measured.sha256 == hashlib.sha256(content).hexdigest()
    assert measured.zipped_bytes == len(content)
    assert measured.unzipped_bytes == sum(map(len, CONTENTS.values()))


def test_stores_what_does_not_shrink(stream: io.BytesIO, measured: archive.Written) -> None:
    with zipfile.ZipFile(stream) as opened:
        methods = {info.filename: info.compress_type for info in opened.infolist()}
    assert methods["a.py"] == zipfile.ZIP_DEFLATED
    assert methods["noise"] == methods["empty.py"] == zipfile.ZIP_STORED


def test_refuses_more_than_a_plain_zip_can_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_MAX_ENTRIES", 1)
    entries = [Entry("a", False, compress(b"")), Entry("b", False, compress(b""))]
    with pytest.raises(ArchiveError, match="expected at most 1 files"):
        write_archive(io.BytesIO(), entries)
