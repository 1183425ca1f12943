"""Fetches Pulumi's own release of the CLI, pinned by version and checksum; seconds, not minutes."""

from __future__ import annotations

import hashlib
import os
import shutil
import tarfile
import time
import tomllib
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import BinaryIO

from cli.engine.platforms import this_platform
from local.locks import held
from local.progress import say, step
from local.workfolder import WorkFolder

RELEASES_VARIABLE = "ALCHEMISER_RELEASES"
"""Where releases come from instead: a mirror's address, or `none` to build the CLI here."""

NEEDED = ("pulumi", "pulumi-language-python", "pulumi-language-python-exec")
"""What a run of this program cannot do without."""

SILENCE_S = 10.0
"""A server that says nothing for so long counts as not reachable."""

LONGEST_S = 240.0
"""Building takes about five minutes."""

PIECE_BYTES = 1 << 20

Sums = Mapping[str, str]


class NotFetched(Exception):
    """Why the release is not used; said, and then the CLI is built."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Release:
    """One version, as it was when its sums were locked."""

    version: str
    address: str
    sums: Sums

    @classmethod
    def locked(cls, root: Path) -> Release:
        """Read the lock of this checkout."""
        lock = tomllib.loads(lock_file(root).read_text(encoding="utf-8"))
        return cls(version=lock["version"], address=lock["address"], sums=lock["sha256"])

    def url(self, platform_name: str) -> str:
        """Say where the archive for a platform is."""
        address = os.environ.get(RELEASES_VARIABLE) or self.address
        return address.replace("{version}", self.version).replace("{platform}", platform_name)


def lock_file(root: Path) -> Path:
    """Name the file that holds version, address and checksums."""
    return root / "cli/engine/release.toml"


def released_engine(work: WorkFolder) -> Path | None:
    """Give the folder of the pinned release; None where it is not to be had, having said why."""
    release = Release.locked(work.root)
    folder = work.engine / f"release-{release.version}"
    if folder.is_dir():
        return folder
    if os.environ.get(RELEASES_VARIABLE) == "none":
        return None
    with held(work, "engine build"):
        if not folder.is_dir():
            try:
                _get(work, release, folder)
            except NotFetched as reason:
                say(f"Pulumi's release {release.version} is not used: {reason}.")
                return None
    return folder


def fetch(url: str, target: BinaryIO) -> str:
    """Write what a server has at an address; give its SHA-256."""
    host = urllib.parse.urlsplit(url).netloc
    try:
        with urllib.request.urlopen(url, timeout=SILENCE_S) as answer:
            return _copied(answer, target, host)
    except urllib.error.HTTPError as error:
        raise NotFetched(f"{host} answered {error.code} for {url}") from error
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise NotFetched(f"{host or url} was not reachable ({reason})") from error


def _copied(answer: HTTPResponse, target: BinaryIO, host: str) -> str:
    expected, received, digest = answer.length, 0, hashlib.sha256()
    deadline = time.monotonic() + LONGEST_S
    while piece := answer.read(PIECE_BYTES):
        target.write(piece)
        digest.update(piece)
        received += len(piece)
        if time.monotonic() > deadline:
            raise NotFetched(f"{host} took more than {LONGEST_S:.0f} s")
    if expected is not None and received < expected:
        raise NotFetched(f"{host} cut the archive off after {received:,} of {expected:,} bytes")
    return digest.hexdigest()


def _get(work: WorkFolder, release: Release, folder: Path) -> None:
    name = this_platform(amd64="x64")
    if name not in release.sums:
        raise NotFetched(f"its lock has no checksum for {name}")
    partial = work.engine / f".{folder.name}.{os.getpid()}"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    archive = partial / "archive"
    try:
        with step(f"fetching Pulumi {release.version}"):
            with archive.open("wb") as stream:
                found = fetch(release.url(name), stream)
            _compare(found, release.sums[name])
            _unpack(archive, partial)
        archive.unlink()
        partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _compare(found: str, expected: str) -> None:
    if found != expected:
        raise NotFetched(
            f"its archive was expected to have the SHA-256 {expected}, and has {found}; "
            "it was deleted unopened"
        )


def _unpack(archive: Path, folder: Path) -> None:
    """Take the CLI and what it needs for Python; the hosts of other languages are 300 MB."""
    with tarfile.open(archive) as opened:
        for member in opened:
            place, _, name = member.name.rpartition("/")
            program = opened.extractfile(member)
            if program is None or place != "pulumi" or not (name == "pulumi" or "python" in name):
                continue
            with program, (folder / name).open("wb") as target:
                shutil.copyfileobj(program, target)
            (folder / name).chmod(0o755)
    if missing := [name for name in NEEDED if not (folder / name).exists()]:
        raise NotFetched(f"its archive holds no {' and no '.join(missing)}")
