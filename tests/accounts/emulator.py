"""A MiniStack of a test's own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
SERVER = """from pathlib import Path
from local.ministack import installation, server
from local.ministack.server import ensure_server, stop_server
from local.workfolder import WorkFolder
usual = installation.server_environment
server.server_environment = lambda *given: usual(*given) | {settings}
work = WorkFolder.of(Path.cwd())
print({expression})"""


@contextmanager
def emulator(home: Path, settings: Mapping[str, str] | None = None) -> Iterator[str]:
    """Give its endpoint while the body runs; it is installed where this checkout's is.

    `settings` are more variables of its own than it has for functions of a day.
    """
    own = Path(os.environ.get("ALCHEMISER_HOME", ROOT / ".alchemiser")) / "ministack/venv"
    own.mkdir(parents=True, exist_ok=True)
    (home / "ministack").mkdir()
    (home / "ministack/venv").symlink_to(own)
    environment = {**os.environ, "ALCHEMISER_HOME": str(home)}

    def say(expression: str) -> str:
        answer = subprocess.run(
            [sys.executable, "-c", SERVER.format(expression=expression, settings=settings or {})],
            cwd=ROOT,
            env=environment,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return answer.stdout.splitlines()[-1]

    try:
        yield say("ensure_server(work).url")
    finally:
        say("stop_server(work)")
