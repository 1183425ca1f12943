"""Installs a lock's wheels for the target with uv: hashes checked, nothing built from source."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from packager.errors import InstallError, SpaceError
from packager.secrets import mask
from packager.store.output import full_disk_message
from packager.target import Target
from packager.uv import uv_executable

_FULL_DISK = "No space left on device"
_YANKED = re.compile(r"`([^`]+)` is yanked \((?:reason: )?([^)]*)\)")
_PROGRESS = re.compile(r"Using (CPython|Python)|Resolved |Prepared ")
_ADVICE = (
    (
        re.compile(r"[Hh]ash mismatch"),
        "The downloaded file is not the one that was locked. If the release was replaced on "
        "purpose, run `python -m packager lock`; otherwise do not trust the index.",
    ),
    (
        re.compile(r"no usable wheels|no wheels with a matching|[Bb]uilding source distributions"),
        "There is no wheel for this Python and platform, and nothing is built from source here. "
        "Lock a release that has one, then run `python -m packager lock`.",
    ),
    (
        re.compile(r"--require-hashes"),
        "A package has no hash or no exact version. Run `python -m packager lock`.",
    ),
    (
        re.compile(r"[Ff]ailed to fetch|error sending request|Network connectivity"),
        "The package index could not be reached. Check the network and the index settings of uv.",
    ),
)


def install(
    lock: Path, target: Target, destination: Path, *, layer: str, dependencies: bool = True
) -> None:
    """Install every package of a lock into a folder that does not exist yet.

    uv's cache is tried alone first: with hashes locked, the index could only confirm what is there.
    Without `dependencies`, what a package says it needs is taken to be elsewhere.
    """
    more = () if dependencies else ("--no-deps",)
    done = _run(lock, target, destination, *more, "--offline")
    if done.returncode != 0:
        shutil.rmtree(destination, ignore_errors=True)
        done = _run(lock, target, destination, *more)
    if done.returncode != 0:
        if _FULL_DISK in done.stderr:
            raise SpaceError(full_disk_message(destination.parent))
        raise InstallError(_message(layer, lock, target, mask(_fault(done.stderr))))
    _refuse_yanked(done.stderr, layer)


def _refuse_yanked(said: str, layer: str) -> None:
    """Stop for releases that their authors withdrew; uv only warns of one that is pinned."""
    withdrawn = [f"{found[1]} ({found[2]})" for found in _YANKED.finditer(said)]
    if withdrawn:
        raise InstallError(
            f"layer {layer}: its lock names what was withdrawn from the index (yanked): "
            f"{', '.join(withdrawn)}. Run `uv lock --upgrade-package NAME`, then "
            "`python -m packager lock`."
        )


def _fault(said: str) -> str:
    """Leave out what uv says of its progress."""
    return "\n".join(line for line in said.strip().splitlines() if not _PROGRESS.match(line))


def _run(
    lock: Path, target: Target, destination: Path, *more: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*_command(lock, target, destination), *more],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )


def _command(lock: Path, target: Target, destination: Path) -> Iterator[str]:
    yield from (uv_executable(), "pip", "install", "--no-progress")
    yield from ("--target", str(destination), "--python", sys.executable)
    yield from ("--python-version", target.python, "--python-platform", target.platform)
    yield from ("--only-binary", ":all:", "--require-hashes")
    yield from ("--no-compile", "--no-installer-metadata")
    yield from ("--requirements", str(lock))


def _message(layer: str, lock: Path, target: Target, said: str) -> str:
    advice = next((advice for pattern, advice in _ADVICE if pattern.search(said)), "")
    return (
        f"layer {layer}: uv could not install {lock} for Python {target.python} on "
        f"{target.platform}:\n{said}\n{advice}"
    ).rstrip()
