"""Writes the smallest shared objects that say for which machine and glibc they are."""

from __future__ import annotations

import struct

_HEADER_BYTES = 64
_SEGMENT_BYTES = 56


def shared_object(*, machine: int = 62, versions: tuple[str, ...] = ("GLIBC_2.17",)) -> bytes:
    """Make a 64-bit little-endian ELF file that needs symbol versions of one library."""
    strings = b"\0libc.so.6\0"
    offsets = []
    for version in versions:
        offsets.append(len(strings))
        strings += version.encode() + b"\0"
    start = _HEADER_BYTES + 2 * _SEGMENT_BYTES
    needs = struct.pack("<HHIII", 1, len(versions), 1, 16, 0)
    for index, offset in enumerate(offsets):
        following = 16 if index + 1 < len(offsets) else 0
        needs += struct.pack("<IHHII", 0, 0, 2 + index, offset, following)
    needs_at = start + len(strings)
    dynamic_at = needs_at + len(needs)
    tags = ((5, start), (0x6FFFFFFE, needs_at), (0x6FFFFFFF, 1), (0, 0))
    dynamic = b"".join(struct.pack("<qQ", *tag) for tag in tags)
    total = dynamic_at + len(dynamic)
    ident = b"\x7fELF" + bytes([2, 1, 1]) + bytes(9)
    sizes = (_HEADER_BYTES, _SEGMENT_BYTES, 2, 0, 0, 0)
    header = struct.pack("<16sHHIQQQIHHHHHH", ident, 3, machine, 1, 0, _HEADER_BYTES, 0, 0, *sizes)
    segments = struct.pack("<IIQQQQQQ", 1, 5, 0, 0, 0, total, total, 4096)
    segments += struct.pack(
        "<IIQQQQQQ", 2, 6, dynamic_at, dynamic_at, dynamic_at, len(dynamic), len(dynamic), 8
    )
    return header + segments + strings + needs + dynamic
