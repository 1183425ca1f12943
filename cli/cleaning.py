"""Removes what this program made in its work folder, and nothing else that is there."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from local.market.service import stop_market
from local.ministack.server import stop_server
from local.progress import say, step
from local.workfolder import COSTLY, MADE, MARKER, WorkFolder


def clean(work: WorkFolder, *, everything: bool) -> int:
    """Stop what was started and remove what was made; engine and tools only with everything."""
    if not work.home.is_dir():
        say(f"{work.home} is not there: there is nothing to remove")
        return 0
    stop_market(work)
    stop_server(work)
    found = _found(work)
    kept = {*found, *(() if everything else COSTLY)}
    with step(f"removing what was made in {work.home}"):
        for entry in _made(work.home):
            if entry.name not in kept:
                _remove(entry)
    _tell_left({entry.name for entry in work.home.iterdir()} - {MARKER}, found, work)
    return 0


def _tell_left(left: set[str], found: set[str], work: WorkFolder) -> None:
    """Say what stays; without anything of this program's, its note of what was there goes too."""
    ours = (left - found) & COSTLY
    others = left - ours
    if not left:
        shutil.rmtree(work.home)
    elif not ours:
        (work.home / MARKER).unlink(missing_ok=True)
    if ours:
        say(f"kept: {', '.join(sorted(ours))} (make clean ALL=1 removes what is this program's)")
    if others:
        say(f"kept, as it is not this program's: {', '.join(sorted(others))}")


def _made(home: Path) -> Iterator[Path]:
    for entry in sorted(home.iterdir()):
        if entry.name in MADE or entry.suffix == ".lock":
            yield entry


def _found(work: WorkFolder) -> set[str]:
    """Name what is not to be touched: all that is there, where nothing tells whose it is."""
    try:
        found = json.loads((work.home / MARKER).read_text())["found"]
        return {*map(str, found)}
    except (OSError, ValueError, KeyError, TypeError):
        theirs = work.home.iterdir() if work.home != work.own else ()
        return {entry.name for entry in theirs}


def _remove(entry: Path) -> None:
    if entry.is_symlink() or not entry.is_dir():
        entry.unlink()
        return
    try:
        shutil.rmtree(entry)
    except PermissionError:
        # Go keeps what it downloads read-only, and a folder so kept cannot be emptied.
        for folder, _, _ in os.walk(entry):
            Path(folder).chmod(0o700)
        shutil.rmtree(entry)
