"""Reads from a shared object's own bytes for which machine it is and which glibc it needs.

The format: https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.intro.html; the version sections:
https://refspecs.linuxfoundation.org/LSB_5.0.0/LSB-Core-generic/LSB-Core-generic/symversion.html
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from mmap import mmap

from packager.errors import ArchiveError

MAGIC = b"\x7fELF"
_CLASS_64 = 2
_LITTLE_ENDIAN = 1
_DYNAMIC, _LOAD = 2, 1
_TAG_STRINGS, _TAG_NEEDS, _TAG_NEEDS_COUNT = 5, 0x6FFFFFFE, 0x6FFFFFFF
_HEADER = struct.Struct("<16xHHIQQQIHHHHHH")
_PROGRAM = struct.Struct("<IIQQQQQQ")
_TAG = struct.Struct("<qQ")
_NEED = struct.Struct("<HHIII")
_NEEDED_VERSION = struct.Struct("<IHHII")
Content = bytes | mmap
_GLIBC = re.compile(rb"GLIBC_(\d+)\.(\d+)(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class SharedObject:
    """What decides whether a shared object can be loaded."""

    machine: int
    """`e_machine`."""
    glibc: tuple[int, int] | None
    """The newest glibc whose symbols it needs, or None if it needs none."""


def read_shared_object(content: Content) -> SharedObject:
    """Read a 64-bit little-endian ELF file, which all that Lambda runs are."""
    try:
        if content[4] != _CLASS_64 or content[5] != _LITTLE_ENDIAN:
            machine = int.from_bytes(content[18:20], "little" if content[5] == 1 else "big")
            return SharedObject(machine, None)
        machine, glibc = _read(content)
    except (struct.error, IndexError, ValueError) as error:
        raise ArchiveError(f"expected a whole ELF file, found a damaged one ({error})") from error
    return SharedObject(machine, glibc)


def _read(content: Content) -> tuple[int, tuple[int, int] | None]:
    _type, machine, _version, _entry, offset, *_rest = _HEADER.unpack_from(content)
    size, count = struct.unpack_from("<HH", content, 54)
    segments = [_PROGRAM.unpack_from(content, offset + index * size) for index in range(count)]
    versions = [
        (int(match[1]), int(match[2]))
        for name in _needed_versions(content, segments)
        if (match := _GLIBC.fullmatch(name))
    ]
    return machine, max(versions, default=None)


def _needed_versions(content: Content, segments: list[tuple[int, ...]]) -> Iterator[bytes]:
    tags = dict(_tags(content, segments))
    if _TAG_NEEDS not in tags:
        return
    strings = _file_offset(tags[_TAG_STRINGS], segments)
    need = _file_offset(tags[_TAG_NEEDS], segments)
    for _ in range(tags[_TAG_NEEDS_COUNT]):
        _version, versions, _file, first, following = _NEED.unpack_from(content, need)
        at = need + first
        for _ in range(versions):
            _hash, _flags, _other, name, after = _NEEDED_VERSION.unpack_from(content, at)
            start = strings + name
            yield content[start : content.find(b"\0", start)]
            at += after
        need += following


def _tags(content: Content, segments: list[tuple[int, ...]]) -> Iterator[tuple[int, int]]:
    for kind, _flags, offset, _virtual, _physical, size, *_rest in segments:
        if kind == _DYNAMIC:
            if offset + size > len(content):
                raise ValueError(f"{len(content):,} bytes where {offset + size:,} are needed")
            for tag, value in _TAG.iter_unpack(content[offset : offset + size]):
                if tag == 0:
                    return
                yield tag, value


def _file_offset(address: int, segments: list[tuple[int, ...]]) -> int:
    for kind, _flags, offset, virtual, _physical, size, *_rest in segments:
        if kind == _LOAD and virtual <= address < virtual + size:
            return offset + address - virtual
    raise ValueError(f"address {address:#x} is in no loaded segment")
