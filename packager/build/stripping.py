"""Takes out of shared objects what no loader reads: symbols for debuggers, and section tables.

Which bytes are loaded is said by the program headers alone; sections are for linkers and debuggers.
https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.sheader.html
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from packager.check.elf import MAGIC

_HEADER = struct.Struct("<16sHHIQQQIHHHHHH")
_PROGRAM = struct.Struct("<IIQQQQQQ")
_PLAIN = b"\x02\x01"
"""64 bits, little-endian: every machine that Lambda has."""


def stripped(content: bytes) -> bytes:
    """Cut off all that lies behind the last byte that is loaded; anything else stays as it is."""
    if not content.startswith(MAGIC + _PLAIN) or len(content) < _HEADER.size:
        return content
    end = max(_ends(content), default=len(content))
    if end >= len(content):
        return content
    fields = list(_HEADER.unpack_from(content))
    # Offset of the section table, the number of its entries, and which of them has their names.
    fields[6], fields[12], fields[13] = 0, 0, 0
    return _HEADER.pack(*fields) + content[_HEADER.size : end]


def _ends(content: bytes) -> Iterator[int]:
    """Say where each segment ends in the file, and where the table of segments does."""
    fields = _HEADER.unpack_from(content)
    table, size, count = fields[5], fields[9], fields[10]
    yield table + size * count
    for number in range(count):
        _, _, offset, _, _, in_file, _, _ = _PROGRAM.unpack_from(content, table + number * size)
        yield offset + in_file
