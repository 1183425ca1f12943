"""Searches bytes for a secret: as it is, encoded, and inside whatever archives it may be in."""

from __future__ import annotations

import base64
import binascii
import gzip
import io
import re
import tarfile
import threading
import urllib.parse
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_DEEPEST = 4
_ENCODED = re.compile(rb"[A-Za-z0-9+/_-]{32,}={0,2}")
_PACKED = (b"PK\x03\x04", b"\x1f\x8b", b"{")
_EXPANDED_BYTES = 8_000_000
"""Larger files are archives or wheels' own data, in which text of ours is never base64."""


def spellings(secret: str) -> tuple[bytes, ...]:
    """Give the secret as text, in hex, quoted, and in base64 at each of the three offsets."""
    raw = secret.encode()
    found = {raw, raw.hex().encode(), urllib.parse.quote(secret, safe="").encode(), raw[::-1]}
    for offset in range(3):
        # Characters at the ends depend on what stands beside it.
        encoded = base64.b64encode(b"\0" * offset + raw)
        found.add(encoded[(0, 2, 3)[offset] : len(encoded) // 4 * 4 - 4])
    return tuple(found)


def leaks_in(name: str, content: bytes, secret: str, depth: int = 0) -> Iterator[str]:
    """Name the places in some bytes, and in what they hold, where the secret is."""
    if any(spelling in content for spelling in spellings(secret)):
        yield name
    if depth < _DEEPEST:
        for inner, held in _held(name, content):
            yield from leaks_in(inner, held, secret, depth + 1)


def leaks_below(folder: Path, secret: str) -> Iterator[str]:
    """Name the places below a folder; what it only links to belongs to others."""
    for path in sorted(folder.rglob("*")):
        if any(spelling in str(path).encode() for spelling in spellings(secret)):
            yield f"name of {path}"
        linked = any(parent.is_symlink() for parent in (path, *path.parents))
        if path.is_file() and not linked:
            yield from leaks_in(str(path), path.read_bytes(), secret)


@contextmanager
def watching_processes(secret: str) -> Iterator[dict[str, set[str]]]:
    """Look at every process's command line until the end; give which were seen, and which leak."""
    seen: dict[str, set[str]] = {"all": set(), "leaking": set()}
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.02):
            for line in _command_lines():
                seen["all"].add(line)
                if secret in line:
                    seen["leaking"].add(line)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def _held(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    if content[:4] == b"PK\x03\x04":
        yield from _zipped(name, content)
    elif content[:2] == b"\x1f\x8b":
        try:
            yield f"{name} (gzip)", gzip.decompress(content)
        except (OSError, EOFError, zlib.error):
            return
    elif content[257:262] == b"ustar":
        with tarfile.open(fileobj=io.BytesIO(content)) as archive:
            for member in archive:
                opened = archive.extractfile(member)
                if opened is not None:
                    yield f"{name}:{member.name}", opened.read()
    elif len(content) <= _EXPANDED_BYTES:
        yield from _encoded(name, content)


def _zipped(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield f"{name} (comment)", archive.comment
            for member in archive.infolist():
                told = member.filename.encode() + member.extra + member.comment
                yield f"{name}:{member.filename}", told + b"\n" + archive.read(member)
    except zipfile.BadZipFile:
        return


def _encoded(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """Decode runs of base64 that turn out to be archives or documents."""
    for run in _ENCODED.findall(content):
        text = run.rstrip(b"=").replace(b"-", b"+").replace(b"_", b"/")
        try:
            decoded = base64.b64decode(text + b"=" * (-len(text) % 4))
        except binascii.Error:
            continue
        if decoded.startswith(_PACKED):
            yield f"{name} (base64)", decoded


def _command_lines() -> Iterator[str]:
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            yield process.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
