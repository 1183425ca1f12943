"""Locks a release of the CLI: fetches it for every platform and writes down the checksums."""

from __future__ import annotations

import tempfile

from cli.engine.release import NotFetched, Release, fetch, lock_file
from local.problems import LocalProblem
from local.progress import say, step
from local.workfolder import WorkFolder

PLATFORMS = ("darwin-arm64", "darwin-x64", "linux-arm64", "linux-x64")

REMEDY = "Check version and address in cli/engine/release.toml; nothing was changed."


def lock_release(work: WorkFolder, version: str) -> None:
    """Pin another version; what its archives are from now on is what they are today."""
    before = Release.locked(work.root)
    release = Release(version=version, address=before.address, sums={})
    sums = {platform: _sum(release, platform) for platform in PLATFORMS}
    lock_file(work.root).write_text(_text(release, sums), encoding="utf-8")
    say(f"{before.version} -> {version}: cli/engine/release.toml")


def _sum(release: Release, platform: str) -> str:
    url = release.url(platform)
    try:
        with step(f"fetching {url}"), tempfile.TemporaryFile() as unread:
            return fetch(url, unread)
    except NotFetched as reason:
        raise LocalProblem(f"{url} was expected to be an archive: {reason}.", REMEDY) from reason


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
