"""A program in a pseudo-terminal of a given width."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]


def shown_in_terminal(program: str, columns: int, environment: Mapping[str, str]) -> str:
    """Run Python statements with a terminal as stdin, stdout and stderr; give what it shows."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    inherited = {key: value for key, value in os.environ.items() if key not in STYLING}
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**inherited, "TERM": "xterm-256color", **environment},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    shown = b""
    while part := _read(ours):
        shown += part
    os.close(ours)
    assert process.wait() == 0, shown.decode()
    return shown.decode().replace("\r\n", "\n")


STYLING = frozenset({"COLUMNS", "FORCE_COLOR", "LINES", "NO_COLOR", "TERM"})


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:
        # Linux says so when the other end has closed.
        return b""
