"""Proves that artifacts are reproducible: two builds under different conditions, byte by byte."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from packager.answers import HOME_VARIABLE
from packager.errors import GateError
from packager.project import TargetChoice
from packager.secrets import mask
from packager.store.wheels import LENDER_VARIABLE


@dataclass(frozen=True, slots=True)
class Conditions:
    """What must not leak into an artifact."""

    folder: str
    """Below which the tree lies, so that the two paths differ in name and length."""
    umask: int
    variables: Mapping[str, str]
    reverse: bool
    """Whether files are created, and therefore mostly listed, in the opposite order."""


TWICE = (
    Conditions("a", 0o022, {"TZ": "UTC", "LC_ALL": "C", "PYTHONHASHSEED": "1"}, False),
    Conditions(
        "another place/with a longer name",
        0o077,
        {"TZ": "Pacific/Kiritimati", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "2"},
        True,
    ),
)


def copy_tree(root: Path, parts: Sequence[str], conditions: Conditions, below: Path) -> Path:
    """Copy what a build reads, with other times and in another order."""
    copy = below / conditions.folder / "tree"
    files = [file for part in parts for file in _files(root / part)]
    for file in sorted(files, reverse=conditions.reverse):
        destination = copy / file.relative_to(root)
        destination.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, destination)
        if file.stat().st_mode & 0o100:
            destination.chmod(0o700)
    return copy


def build_tree(tree: Path, choice: TargetChoice, conditions: Conditions, wheels: Path) -> Path:
    """Build a whole tree in a process of its own, and say where the zips are.

    `wheels` lends what is held to a lock's hashes anyway; all else is found out anew.
    """
    home = tree.parent / "home"
    done = subprocess.run(
        [sys.executable, "-m", "packager", "all", *choice.spelled()],
        cwd=tree,
        env={
            **os.environ,
            **conditions.variables,
            "PYTHONPATH": str(Path(__file__).parents[2]),
            HOME_VARIABLE: str(home),
            LENDER_VARIABLE: str(wheels),
        },
        umask=conditions.umask,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise GateError(f"{tree}: the build failed:\n{mask(done.stderr.strip())}")
    return home / "build"


def compare(first: Path, second: Path) -> Iterator[str]:
    """Name each zip that differs, with the first file that does."""
    zips = [{str(zip_.relative_to(at)) for zip_ in at.glob("*/*/*.zip")} for at in (first, second)]
    for name in sorted(zips[0] ^ zips[1]):
        yield f"{name}: expected it from both builds, found it from one: the keys differ"
    for name in sorted(zips[0] & zips[1]):
        if (first / name).read_bytes() != (second / name).read_bytes():
            yield f"{name}: differs first in {_first_difference(first / name, second / name)}"


def _first_difference(first: Path, second: Path) -> str:
    with zipfile.ZipFile(first) as one, zipfile.ZipFile(second) as other:
        for ours, theirs in zip(one.infolist(), other.infolist(), strict=False):
            if ours.filename != theirs.filename:
                return f"the order of files, {ours.filename} against {theirs.filename}"
            if ours.CRC != theirs.CRC:
                return f"the content of {ours.filename}"
            if ours.external_attr != theirs.external_attr or ours.date_time != theirs.date_time:
                return f"the mode or time of {ours.filename}"
    return "its headers or compressed bytes"


def _files(part: Path) -> Iterator[Path]:
    if part.is_file():
        yield part
    else:
        yield from (path for path in part.rglob("*") if path.is_file())
