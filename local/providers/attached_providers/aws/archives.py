"""Reads the bytes of an archive that the engine describes: a file, a folder, or named assets."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from attached_providers.failures import ProviderError
from attached_providers.wire import is_archive

# The oldest time a zip can hold: the same files must give the same bytes.
_EPOCH = (1980, 1, 1, 0, 0, 0)


def archive_bytes(archive: Mapping[str, Any]) -> bytes:
    """Return an archive as zip bytes; a zip file is passed on untouched."""
    path = archive.get("path")
    if path and Path(path).is_file():
        return Path(path).read_bytes()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in sorted(_members(archive, "")):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            target.writestr(entry, content)
    return out.getvalue()


def _members(archive: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, bytes]]:
    path = archive.get("path")
    if path:
        yield from _folder(Path(path), prefix)
        return
    if "assets" not in archive:
        found = archive.get("uri") or "neither a path nor assets"
        raise ProviderError(f"expected an archive with a path or assets, found {found}")
    for name, item in archive["assets"].items():
        if is_archive(item):
            yield from _members(item, f"{prefix}{name}/")
        else:
            yield f"{prefix}{name}", _asset(item)


def _folder(root: Path, prefix: str) -> Iterator[tuple[str, bytes]]:
    if not root.is_dir():
        raise ProviderError(f"expected an archive at {root.absolute()}, found nothing")
    for file in root.rglob("*"):
        if file.is_file():
            yield f"{prefix}{file.relative_to(root).as_posix()}", file.read_bytes()


def _asset(asset: Mapping[str, Any]) -> bytes:
    if asset.get("path"):
        return Path(asset["path"]).read_bytes()
    if "text" in asset:
        return str(asset["text"]).encode()
    raise ProviderError(f"expected an asset with a path or text, found {sorted(asset)}")
