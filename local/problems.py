"""Failures that a person can act on: what was expected, what was found, what to do."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path


class LocalProblem(Exception):
    """Ends a command with one message instead of a traceback."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem}\n{remedy}")
        self.problem = problem
        self.remedy = remedy


NO_SPACE = "No space left on device"


def disk_full(folder: Path) -> LocalProblem:
    """Say that a disk is full, with what is left on it."""
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    free_mb = shutil.disk_usage(existing).free // 1_000_000
    return LocalProblem(
        f"The disk that holds {folder} is full ({free_mb} MB free); nothing half-written was kept.",
        "Free some space, or set ALCHEMISER_HOME to a folder on a larger disk, then run the same "
        "command again: it goes on from here.",
    )


def is_disk_full(error: OSError) -> bool:
    """Tell a full disk or an exhausted quota from other failures of the file system."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT)
