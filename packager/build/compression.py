"""Compresses with libdeflate: the same bytes on every machine, on as many cores as there are.

docs/decisions/0200-libdeflate.md compares it with the alternatives.
"""

from __future__ import annotations

from dataclasses import dataclass

import deflate

from packager.errors import PackagingError

LIBDEFLATE_VERSION = "0.9.0"
"""Release of the `deflate` distribution whose output the current rules version stands for."""

_LEVEL = 6
STORED = 0
DEFLATED = 8


@dataclass(frozen=True, slots=True)
class Blob:
    """One file's content as it stands in a zip."""

    method: int
    payload: bytes | memoryview
    crc32: int
    size: int
    """Bytes before compression."""


def compress(content: bytes) -> Blob:
    """Deflate content, or keep it as it is where that is not longer."""
    payload = bytes(deflate.deflate_compress(content, _LEVEL)) if content else b""
    crc32 = deflate.crc32(content)
    if len(payload) >= len(content):
        return Blob(STORED, content, crc32, len(content))
    return Blob(DEFLATED, payload, crc32, len(content))


def require_known_release() -> None:
    """Refuse a release of libdeflate whose bytes may differ from those that the keys stand for."""
    if deflate.__version__ != LIBDEFLATE_VERSION:
        raise PackagingError(
            f"deflate: expected release {LIBDEFLATE_VERSION}, found {deflate.__version__}; its "
            "compressed bytes may differ. Run `uv sync --frozen`; to move to the new release, "
            "raise packager.rules.RULES_VERSION with it."
        )
