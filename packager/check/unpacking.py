"""Reads zips that may be damaged or hostile, and writes nothing outside the folder it is given."""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from blueprint.limits import UNZIPPED_LIMIT_BYTES
from packager.errors import ArchiveError


def unpack(archive: Path, folder: Path, *, limit_bytes: int = UNZIPPED_LIMIT_BYTES) -> None:
    """Unpack a whole zip into a folder, or nothing of one that breaks a rule."""
    try:
        with zipfile.ZipFile(archive) as opened:
            members = list(_checked(archive, opened, limit_bytes))
            for member in members:
                _write(opened, member, folder)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise _damaged(archive, error) from error


def archive_paths(archive: Path) -> tuple[str, ...]:
    """List what is in a zip, after the same checks."""
    try:
        with zipfile.ZipFile(archive) as opened:
            return tuple(
                member.filename for member in _checked(archive, opened, UNZIPPED_LIMIT_BYTES)
            )
    except zipfile.BadZipFile as error:
        raise _damaged(archive, error) from error


def _damaged(archive: Path, error: Exception) -> ArchiveError:
    return ArchiveError(
        f"{archive}: expected a whole zip, found a damaged one ({error}). "
        "Delete it and build again."
    )


def _checked(archive: Path, opened: zipfile.ZipFile, limit_bytes: int) -> Iterator[zipfile.ZipInfo]:
    seen: set[str] = set()
    total_bytes = 0
    for member in opened.infolist():
        fault = member_fault(member)
        if fault is None and member.filename in seen:
            fault = "is there twice"
        total_bytes += member.file_size
        if fault is None and total_bytes > limit_bytes:
            fault = f"brings the unzipped size over {limit_bytes:,} bytes"
        if fault is not None:
            raise ArchiveError(f"{archive}: {member.filename!r} {fault}. Build it again.")
        seen.add(member.filename)
        yield member


def member_fault(member: zipfile.ZipInfo) -> str | None:
    """Say why a zip's entry is no regular file below its root; None where it is one."""
    name = member.orig_filename
    if name.startswith("/") or "\\" in name or ":" in name or "\0" in name:
        return "is not a relative path with forward slashes"
    if any(part in {"", ".", ".."} for part in name.split("/")):
        return "does not name a file below the zip's root"
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in {0, stat.S_IFREG}:
        return "is not a regular file"
    return None


def _write(opened: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path) -> None:
    destination = folder / member.filename
    destination.parent.mkdir(parents=True, exist_ok=True)
    destination.write_bytes(opened.read(member))
    destination.chmod(0o755 if (member.external_attr >> 16) & 0o100 else 0o644)
