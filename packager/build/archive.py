"""Writes zips whose bytes follow from names, modes and content alone.

Sizes and checksums stand in each local header, so there are no data descriptors; times are 1980;
modes are 0644 or 0755. The format is APPNOTE.TXT 6.3.3 without zip64.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO

from packager.build.compression import Blob
from packager.errors import ArchiveError

_MADE_BY_UNIX = 3 << 8 | 20
_NEEDED = 20
_UTF8_NAME = 0x0800
_DATE_1980_01_01 = 1 << 5 | 1
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_CHUNK_BYTES = 1 << 20
_LARGE_BYTES = 1 << 18
"""What is not copied once more, only to be written together with others."""
_MAX_ENTRIES = 0xFFFF
_MAX_BYTES = 0xFFFFFFFF
_REGULAR_FILE = 0o100000


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a zip, ready to be written."""

    path: str
    executable: bool
    blob: Blob


@dataclass(frozen=True, slots=True)
class Written:
    """What a finished zip measures."""

    sha256: str
    zipped_bytes: int
    unzipped_bytes: int


def write_archive(stream: BinaryIO, entries: Iterable[Entry]) -> Written:
    """Write entries, which come sorted by path, as one zip."""
    digest = hashlib.sha256()
    directory: list[bytes] = []
    offset = unzipped = 0
    waiting: list[bytes | memoryview] = []
    waiting_bytes = 0
    for entry in entries:
        local, central = _headers(entry, offset)
        directory.append(central)
        payload = entry.blob.payload
        offset += len(local) + len(payload)
        unzipped += entry.blob.size
        waiting.append(local)
        if len(payload) >= _LARGE_BYTES:
            _flush(stream, digest, waiting)
            digest.update(payload)
            stream.write(payload)
            waiting_bytes = 0
            continue
        waiting.append(payload)
        waiting_bytes += len(local) + len(payload)
        if waiting_bytes >= _CHUNK_BYTES:
            _flush(stream, digest, waiting)
            waiting_bytes = 0
    tail = b"".join(directory)
    waiting += (tail, _end(len(directory), len(tail), offset))
    _flush(stream, digest, waiting)
    return Written(digest.hexdigest(), offset + len(tail) + _END.size, unzipped)


def _flush(stream: BinaryIO, digest: hashlib._Hash, waiting: list[bytes | memoryview]) -> None:
    """Write many small files at once."""
    chunk = b"".join(waiting)
    digest.update(chunk)
    stream.write(chunk)
    waiting.clear()


def _headers(entry: Entry, offset: int) -> tuple[bytes, bytes]:
    name = entry.path.encode("utf-8")
    flags = 0 if entry.path.isascii() else _UTF8_NAME
    blob = entry.blob
    about = (
        _NEEDED,
        flags,
        blob.method,
        0,
        _DATE_1980_01_01,
        blob.crc32,
        len(blob.payload),
        blob.size,
        len(name),
        0,
    )
    mode = _REGULAR_FILE | (0o755 if entry.executable else 0o644)
    local = _LOCAL.pack(b"PK\x03\x04", *about) + name
    central = (
        _CENTRAL.pack(b"PK\x01\x02", _MADE_BY_UNIX, *about, 0, 0, 0, mode << 16, offset) + name
    )
    return local, central


def _end(count: int, directory_bytes: int, offset: int) -> bytes:
    if count > _MAX_ENTRIES or offset + directory_bytes > _MAX_BYTES:
        raise ArchiveError(
            f"expected at most {_MAX_ENTRIES:,} files and {_MAX_BYTES:,} bytes in a zip, found "
            f"{count:,} files and {offset + directory_bytes:,} bytes"
        )
    return _END.pack(b"PK\x05\x06", 0, 0, count, count, directory_bytes, offset, 0)
