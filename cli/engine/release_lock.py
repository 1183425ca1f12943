"""Locks a release of the CLI: fetches it for every platform and writes down the checksums."""

from __future__ import annotations

import re
import tempfile
from typing import BinaryIO

from cli.engine.release import NotFetched, Release, fetch, lock_file
from local.problems import LocalProblem
from local.progress import say, step
from local.workfolder import WorkFolder

VERSION = re.compile(r"\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?")
PLATFORMS = ("darwin-arm64", "darwin-x64", "linux-arm64", "linux-x64")


def lock_release(work: WorkFolder, version: str) -> None:
    """Pin another version; what its archives are from now on is what they are today."""
    if not VERSION.fullmatch(version):
        raise LocalProblem(
            f"Expected a release of Pulumi such as 3.276.0, found {version!r}.",
            "Say `make lock-engine VERSION=…`; nothing was changed.",
        )
    before = Release.locked(work.root)
    release = Release(version=version, address=before.address, sums={})
    sums = {platform: _sum(release, platform) for platform in PLATFORMS}
    lock_file(work.root).write_text(_text(release, sums), encoding="utf-8")
    say(f"{before.version} -> {version}: cli/engine/release.toml")


def sum_of(url: str, target: BinaryIO, *, addressed_in: str) -> str:
    """Fetch an archive that is to be locked; give its SHA-256."""
    try:
        with step(f"fetching {url}"):
            return fetch(url, target)
    except NotFetched as reason:
        raise LocalProblem(
            f"{url} was expected to be an archive: {reason}.",
            f"Check version and address in {addressed_in}; nothing was changed.",
        ) from reason


def _sum(release: Release, platform: str) -> str:
    with tempfile.TemporaryFile() as unread:
        return sum_of(release.url(platform), unread, addressed_in="cli/engine/release.toml")


def _text(release: Release, sums: dict[str, str]) -> str:
    lines = [
        "# Pulumi's own release of the CLI; `make lock-engine VERSION=…` writes this file.",
        f'version = "{release.version}"',
        f'address = "{release.address}"',
        "",
        "[sha256]",
        *(f'{platform} = "{digest}"' for platform, digest in sums.items()),
    ]
    return "\n".join(lines) + "\n"
