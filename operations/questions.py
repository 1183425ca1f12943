"""Asks the person at the terminal."""

from __future__ import annotations

import os
import sys

from operations.errors import OperationError


def agreed(question: str) -> bool:
    """Ask for a yes; YES=1 answers for a workflow, and silence is never a yes."""
    if os.environ.get("YES", "") not in ("", "0"):
        return True
    if not sys.stdin.isatty():
        raise OperationError(f"{question} Nobody is here to answer: run it with YES=1 to agree.")
    return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")
