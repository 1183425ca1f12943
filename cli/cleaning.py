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
    kept = {*_found(work), *(() if everything else COSTLY)}
    with step(f"removing what was made in {work.home}"):
        for entry in _made(work.home):
            if entry.name not in kept:
                _remove(entry)
    if everything:
        (work.home / MARKER).unlink(missing_ok=True)
    left = sorted(entry.name for entry in work.home.iterdir() if entry.name != MARKER)
    if not left:
        shutil.rmtree(work.home)
    elif COSTLY & {*left}:
        say(f"kept: {', '.join(left)} (make clean ALL=1 removes what is this program's)")
    else:
        say(f"kept, as it is not this program's: {', '.join(left)}")
    return 0


def _made(home: Path) -> Iterator[Path]:
    for entry in sorted(home.iterdir()):
        if entry.name in MADE or entry.suffix == ".lock":
            yield entry


def _found(work: WorkFolder) -> set[str]:
    try:
        found = json.loads((work.home / MARKER).read_text())["found"]
    except (OSError, ValueError, KeyError, TypeError):
        return set()
    return {*map(str, found)}


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
