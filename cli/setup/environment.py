"""The virtual environment, made from the lock and left alone while the lock is the same."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from cli.setup.python_choice import WANTED, choose_python, interpreter
from cli.setup.uv_tool import find_uv
from local.progress import Task, say
from local.workfolder import WorkFolder

STAMP = "alchemiser-synced"


def ensure_environment(work: WorkFolder) -> Path:
    """Bring `.venv` in line with uv.lock, and give its interpreter."""
    if not _is_current(work):
        with _alone(work):
            if not _is_current(work):
                _sync(work)
    return work.venv_python


@contextlib.contextmanager
def _alone(work: WorkFolder) -> Iterator[None]:
    """Let one command at a time make it; local/locks.py needs what is not there yet."""
    work.home.mkdir(parents=True, exist_ok=True)
    with (work.home / "setup.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another command to finish its setup")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _is_current(work: WorkFolder) -> bool:
    stamp = _stamp(work)
    return work.venv_python.exists() and stamp.exists() and stamp.read_text() == digest(work.root)


def digest(root: Path) -> str:
    """Name the state of the dependencies."""
    content = (root / "uv.lock").read_bytes() + (root / "pyproject.toml").read_bytes()
    return hashlib.sha256(content).hexdigest()


def _stamp(work: WorkFolder) -> Path:
    return work.root / ".venv" / STAMP


def _sync(work: WorkFolder) -> None:
    named = digest(work.root)
    uv = find_uv(work)
    # An environment of the wanted version stays on its interpreter.
    present = interpreter(work.venv_python, WANTED) and work.venv_python
    inherited = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"}
    Task(
        title="making the virtual environment from uv.lock",
        command=[uv, "sync", "--frozen", "--python", present or choose_python(work, uv)],
        log=work.logs / "environment.log",
        environment=inherited | {"UV_PROJECT_ENVIRONMENT": str(work.root / ".venv")},
        folder=work.root,
        remedy="Check that uv reaches its package index, then run the same command again.",
    ).run()
    _stamp(work).write_text(named)
