"""Reads from a shared object's own bytes for which machine it is and which libraries it needs.

The format: https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.intro.html; the version sections:
https://refspecs.linuxfoundation.org/LSB_5.0.0/LSB-Core-generic/LSB-Core-generic/symversion.html
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from mmap import mmap

from packager.errors import ArchiveError

MAGIC = b"\x7fELF"
_CLASS_64 = 2
_LITTLE_ENDIAN = 1
_DYNAMIC, _LOAD = 2, 1
_TAG_NEEDED, _TAG_STRINGS, _TAG_NEEDS, _TAG_NEEDS_COUNT = 1, 5, 0x6FFFFFFE, 0x6FFFFFFF
_HEADER = struct.Struct("<16xHHIQQQIHHHHHH")
_PROGRAM = struct.Struct("<IIQQQQQQ")
_TAG = struct.Struct("<qQ")
_NEED = struct.Struct("<HHIII")
_NEEDED_VERSION = struct.Struct("<IHHII")
Content = bytes | mmap


@dataclass(frozen=True, slots=True)
class SharedObject:
    """What decides whether a shared object can be loaded."""

    machine: int
    """`e_machine`."""
    needed: tuple[str, ...] = ()
    """Libraries that the loader must find for it (DT_NEEDED), by file name."""
    versions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Symbol versions that it needs, by the library that must have them."""


def read_shared_object(content: Content) -> SharedObject:
    """Read a 64-bit little-endian ELF file, which all that Lambda runs are."""
    try:
        if content[4] != _CLASS_64 or content[5] != _LITTLE_ENDIAN:
            machine = int.from_bytes(content[18:20], "little" if content[5] == 1 else "big")
            return SharedObject(machine)
        return _read(content)
    except (struct.error, IndexError, ValueError) as error:
        raise ArchiveError(f"expected a whole ELF file, found a damaged one ({error})") from error


def _read(content: Content) -> SharedObject:
    _type, machine, _version, _entry, offset, *_rest = _HEADER.unpack_from(content)
    size, count = struct.unpack_from("<HH", content, 54)
    segments = [_PROGRAM.unpack_from(content, offset + index * size) for index in range(count)]
    tags = list(_tags(content, segments))
    values = dict(tags)
    if _TAG_STRINGS not in values:
        return SharedObject(machine)
    strings = _file_offset(values[_TAG_STRINGS], segments)
    needed = tuple(_text(content, strings + at) for tag, at in tags if tag == _TAG_NEEDED)
    return SharedObject(machine, needed, dict(_needed_versions(content, strings, values, segments)))


def _needed_versions(
    content: Content, strings: int, values: Mapping[int, int], segments: list[tuple[int, ...]]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    if _TAG_NEEDS not in values:
        return
    need = _file_offset(values[_TAG_NEEDS], segments)
    for _ in range(values[_TAG_NEEDS_COUNT]):
        _version, count, file, first, following = _NEED.unpack_from(content, need)
        names = []
        at = need + first
        for _ in range(count):
            _hash, _flags, _other, name, after = _NEEDED_VERSION.unpack_from(content, at)
            names.append(_text(content, strings + name))
            at += after
        yield _text(content, strings + file), tuple(names)
        need += following


def _text(content: Content, start: int) -> str:
    end = content.find(b"\0", start)
    if end < 0:
        raise ValueError(f"the name at {start:,} has no end")
    return content[start:end].decode("utf-8", "replace")


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
