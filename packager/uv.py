"""The uv that this project locks, which fetches wheels, resolves locks and finds interpreters."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from packager.errors import InstallError


def uv_executable() -> str:
    """Find uv: beside this Python first, so that the locked release is the one that runs."""
    beside = Path(sys.executable).with_name("uv")
    if beside.is_file() and os.access(beside, os.X_OK):
        return str(beside)
    found = shutil.which("uv")
    if found is None:
        raise InstallError("expected uv beside Python or on PATH, found neither. Run `uv sync`.")
    return found
