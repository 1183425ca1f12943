"""MiniStack's own environment: the locked package, on the Python that the functions are for."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from uv import find_uv_bin

from local.progress import Task
from local.workfolder import WorkFolder


def server_program(work: WorkFolder) -> Path:
    """Give the executable, installing it when the lock or the Python is another."""
    # Resolved, because its programs name their interpreter by the place they were installed at.
    environment = (work.ministack / "venv").resolve()
    stamp = environment / "alchemiser-synced"
    lock = (work.root / "local/ministack/uv.lock").read_text()
    named = f"{lock}{_interpreter()}\n{environment}"
    if not stamp.exists() or stamp.read_text() != named:
        work.ministack.mkdir(parents=True, exist_ok=True)
        Task(
            title="installing MiniStack",
            command=[
                *(find_uv_bin(), "sync", "--frozen", "--reinstall-package", "ministack"),
                *("--python", _interpreter()),
            ],
            log=work.logs / "ministack-install.log",
            environment={
                **{key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"},
                "UV_PROJECT_ENVIRONMENT": str(environment),
            },
            folder=work.root / "local/ministack",
            remedy="Check that uv reaches its package index, then run the same command again.",
        ).run()
        stamp.write_text(named)
    return environment / "bin" / "ministack"


def _interpreter() -> str:
    # Functions run on MiniStack's interpreter, so it must be the one that layers are built for.
    return str(Path(sys.executable).resolve())


def server_environment(work: WorkFolder, port: int) -> dict[str, str]:
    """Nothing of the caller's environment: functions inherit what the emulator has."""
    temporary, home = work.ministack / "tmp", work.ministack / "home"
    bytecode = Path(__file__).parent / "bytecode"
    for folder in (temporary, home):
        folder.mkdir(parents=True, exist_ok=True)
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(home),
        "TMPDIR": str(temporary),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "LOG_LEVEL": "WARNING",
        "PYTHONPATH": str(bytecode),
        "ALCHEMISER_BYTECODE": str(work.ministack / "bytecode"),
        # The containers of this machine are none of the emulator's business.
        "DOCKER_HOST": "unix:///nonexistent/docker.sock",
    }
