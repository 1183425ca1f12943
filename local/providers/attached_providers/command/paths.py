"""Finds the files that a command is to hand over, by the globs of the official provider."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from attached_providers.wire import ARCHIVE_MARK, ASSET_MARK, SIGNATURE

_PARTS = re.compile(r"\*\*|\*|\?|\[[^\]]*\]|\{[^}]*\}|.", re.DOTALL)


def found_assets(folder: Path, globs: Sequence[str]) -> dict[str, Any]:
    """Return the files below a folder that the globs name; a later `!glob` takes files out."""
    rules = [(glob.startswith("!"), _compiled(glob.removeprefix("!"))) for glob in globs]
    files = sorted(item.relative_to(folder).as_posix() for item in _files(folder))
    return {name: _asset(folder / name) for name in files if _is_in(name, rules)}


def found_archive(folder: Path, globs: Sequence[str]) -> dict[str, Any]:
    """Return those files as one archive; globs that match nothing give an empty one."""
    assets = found_assets(folder, globs)
    listing = "".join(f"{name}\0{asset['hash']}\n" for name, asset in assets.items())
    digest = hashlib.sha256(listing.encode()).hexdigest()
    return {SIGNATURE: ARCHIVE_MARK, "assets": assets, "hash": digest}


def _files(folder: Path) -> list[Path]:
    return [item for item in folder.rglob("*") if item.is_file()]


def _is_in(name: str, rules: Sequence[tuple[bool, re.Pattern[str]]]) -> bool:
    matching = [excluded for excluded, rule in rules if rule.fullmatch(name)]
    return bool(matching) and not matching[-1]


def _asset(path: Path) -> dict[str, Any]:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return {SIGNATURE: ASSET_MARK, "path": str(path), "hash": digest}


def _compiled(glob: str) -> re.Pattern[str]:
    return re.compile("".join(_translated(part) for part in _PARTS.findall(glob)))


def _translated(part: str) -> str:
    known = {"**": ".*", "*": "[^/]*", "?": "[^/]"}
    if part in known:
        return known[part]
    if part.startswith("[") and len(part) > 1:
        return "[^" + part[2:] if part.startswith("[!") else part
    if part.startswith("{") and len(part) > 1:
        return "(?:" + "|".join(re.escape(item) for item in part[1:-1].split(",")) + ")"
    return re.escape(part)
