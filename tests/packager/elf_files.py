"""Writes the smallest shared objects that say for which machine they are and what they need."""

from __future__ import annotations

import struct
from collections.abc import Mapping

_HEADER_BYTES = 64
_SEGMENT_BYTES = 56


def shared_object(
    *,
    machine: int = 62,
    versions: tuple[str, ...] = ("GLIBC_2.17",),
    needed: tuple[str, ...] = (),
    of: Mapping[str, tuple[str, ...]] | None = None,
) -> bytes:
    """Make a 64-bit little-endian ELF file.

    It needs `versions` of libc.so.6, symbol versions `of` other libraries, and libraries `needed`.
    """
    strings = _Strings()
    by_library = {"libc.so.6": versions, **(of or {})}
    tags = [(1, strings.at(name)) for name in needed]
    needs = b"".join(
        _need(strings, library, names, last=index + 1 == len(by_library))
        for index, (library, names) in enumerate(by_library.items())
    )
    start = _HEADER_BYTES + 2 * _SEGMENT_BYTES
    needs_at = start + len(strings.content)
    dynamic_at = needs_at + len(needs)
    tags += [(5, start), (0x6FFFFFFE, needs_at), (0x6FFFFFFF, len(by_library)), (0, 0)]
    dynamic = b"".join(struct.pack("<qQ", *tag) for tag in tags)
    total = dynamic_at + len(dynamic)
    ident = b"\x7fELF" + bytes([2, 1, 1]) + bytes(9)
    sizes = (_HEADER_BYTES, _SEGMENT_BYTES, 2, 0, 0, 0)
    header = struct.pack("<16sHHIQQQIHHHHHH", ident, 3, machine, 1, 0, _HEADER_BYTES, 0, 0, *sizes)
    segments = struct.pack("<IIQQQQQQ", 1, 5, 0, 0, 0, total, total, 4096)
    segments += struct.pack(
        "<IIQQQQQQ", 2, 6, dynamic_at, dynamic_at, dynamic_at, len(dynamic), len(dynamic), 8
    )
    return header + segments + strings.content + needs + dynamic


class _Strings:
    def __init__(self) -> None:
        self.content = b"\0"

    def at(self, text: str) -> int:
        at = len(self.content)
        self.content += text.encode() + b"\0"
        return at


def _need(strings: _Strings, library: str, names: tuple[str, ...], *, last: bool) -> bytes:
    size = 16 + 16 * len(names)
    need = struct.pack("<HHIII", 1, len(names), strings.at(library), 16, 0 if last else size)
    for index, name in enumerate(names):
        following = 16 if index + 1 < len(names) else 0
        need += struct.pack("<IHHII", 0, 0, 2 + index, strings.at(name), following)
    return need
