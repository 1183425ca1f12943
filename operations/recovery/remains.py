"""Files that a killed run of the CLI left half-written in a file backend."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

from local.progress import say, step

BEING_WRITTEN_S = 5.0
"""A younger file may be another run's, which writes each in a fraction of that."""


def clear_remains(folder: Path, patience_s: float = BEING_WRITTEN_S) -> int:
    """Remove what makes a record unreadable or holds a stack for ever; give the number."""
    count = 0
    for file in [*_torn_sidecars(folder / ".pulumi"), *_unfinished(folder / ".pulumi", patience_s)]:
        # Either is written anew, or the file beside it says all that counts.
        file.unlink(missing_ok=True)
        say(f"{file} was left half-written by a run that was killed: removed")
        count += 1
    return count


def _torn_sidecars(folder: Path) -> Iterator[Path]:
    """Find those because of which the file beside them cannot be read."""
    for file in folder.rglob("*.attrs"):
        try:
            json.loads(file.read_text())
        except FileNotFoundError:
            continue
        except ValueError:
            yield file


def _unfinished(folder: Path, patience_s: float) -> Iterator[Path]:
    """Find what was not yet moved to its place; among locks the CLI takes it for one."""
    for file in folder.rglob("*.tmp"):
        age_s = _age_s(file)
        if age_s < patience_s and "locks" in file.relative_to(folder).parts:
            with step(f"waiting whether {file.name} becomes a lock"):
                time.sleep(patience_s - max(age_s, 0))
            age_s = patience_s
        if age_s >= patience_s and file.exists():
            yield file


def _age_s(file: Path) -> float:
    try:
        return time.time() - file.stat().st_mtime
    except FileNotFoundError:
        return 0
