"""Which uv to use: a recent one of the machine, else the locked one, checked by its hash."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from local.problems import LocalProblem
from local.progress import Task
from local.workfolder import WorkFolder

OLDEST = (0, 8)
"""Oldest uv that reads this lock's revision and knows dependency groups as used here."""

FROM_WHEELS = ("install", "--no-deps", "--only-binary", ":all:", "--require-hashes")


def find_uv(work: WorkFolder) -> Path:
    """Give a uv that can sync the lock, fetching the locked version when there is none."""
    for candidate in (work.root / ".venv/bin/uv", work.tools / "uv/bin/uv", shutil.which("uv")):
        if candidate is not None and (version_of(Path(candidate)) or (0,)) >= OLDEST:
            return Path(candidate)
    return _fetch(work)


def version_of(uv: Path) -> tuple[int, ...] | None:
    """Ask a uv for its version; None when it does not run."""
    try:
        answer = subprocess.run([uv, "--version"], capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.match(r"uv (\d+)\.(\d+)\.(\d+)", answer.stdout)
    return tuple(int(part) for part in found.groups()) if found else None


def locked_requirement(lock: Path) -> str:
    """Write uv's own pin, with the hashes of its wheels, as a requirements line."""
    packages = tomllib.loads(lock.read_text())["package"]
    package = next(entry for entry in packages if entry["name"] == "uv")
    hashes = (f"--hash={wheel['hash']}" for wheel in package["wheels"])
    return f"uv=={package['version']} " + " ".join(hashes) + "\n"


def _fetch(work: WorkFolder) -> Path:
    target = work.tools / "uv"
    partial = work.tools / f"uv.{os.getpid()}"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    requirements = partial / "requirements.txt"
    requirements.write_text(locked_requirement(work.root / "uv.lock"))
    try:
        Task(
            title="fetching uv",
            command=[*_pip(partial), *FROM_WHEELS, "--target", partial, "-r", requirements],
            log=work.logs / "uv.log",
            folder=work.root,
            remedy="Check that pip reaches its package index, or put a uv >= 0.8 on PATH.",
        ).run()
        shutil.rmtree(target, ignore_errors=True)
        partial.rename(target)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return target / "bin" / "uv"


def _pip(folder: Path) -> list[str | Path]:
    if _runs(sys.executable, "-m", "pip", "--version"):
        return [sys.executable, "-m", "pip"]
    # Debian's python3 has no pip, and with python3-venv can still make an environment that has.
    environment = folder / "pip"
    if not _runs(sys.executable, "-m", "venv", str(environment)):
        raise LocalProblem(
            f"uv was expected on PATH, or a pip to fetch it with; {sys.executable} has neither "
            "pip nor a working venv module.",
            "Install uv, or python3-pip, or python3-venv, and run the same command again.",
        )
    return [environment / "bin" / "python", "-m", "pip"]


def _runs(*command: str) -> bool:
    try:
        return subprocess.run(command, capture_output=True, timeout=120).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
