"""Which commit a checkout is at."""

from __future__ import annotations

import subprocess
from pathlib import Path


def commit_of_checkout(root: Path) -> tuple[str | None, bool]:
    """Tell the commit of a checkout, and whether files differ from it; None outside of git."""
    head = _git(root, "rev-parse", "HEAD").strip()
    if not head:
        return None, False
    return head, bool(_git(root, "status", "--porcelain").strip())


def files_since(root: Path, commit: str) -> tuple[str, ...] | None:
    """Name the files that differ from a commit to the one that is checked out; None if unknown."""
    finished = _git(root, "diff", "--name-only", "-z", "--end-of-options", commit, "HEAD")
    known = _git(root, "cat-file", "-t", commit).strip() == "commit"
    return tuple(filter(None, finished.split("\0"))) if known else None


def contains(root: Path, commit: str) -> bool:
    """Tell whether a commit is the one that is checked out, or came before it."""
    return commit in _git(root, "rev-list", "HEAD").split()


def _git(root: Path, *arguments: str) -> str:
    try:
        finished = subprocess.run(
            ["git", *arguments], cwd=root, check=False, text=True, capture_output=True
        )
    except FileNotFoundError:
        return ""
    return finished.stdout if finished.returncode == 0 else ""
