"""Which Python the project runs on: 3.12 where one is to be had, else the one at hand."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from local.progress import say, step
from local.workfolder import WorkFolder

WANTED = "3.12"
"""The Python of the Lambda runtime; one that matches lets the import gates run here."""

QUESTION = "import sys; print('%d.%d' % sys.version_info[:2]); print(sys.executable)"


def choose_python(work: WorkFolder, uv: Path, environment: Mapping[str, str] = os.environ) -> Path:
    """Give an interpreter of the wanted version, else the one that runs this."""
    if named := environment.get("ALCHEMISER_PYTHON"):
        return Path(named)
    for candidate in _at_hand(environment):
        if executable := interpreter(candidate, WANTED):
            return executable
    found = _ask_uv(work, uv, ["python", "find", "--no-project", WANTED], timeout_s=30)
    if executable := interpreter(found, WANTED):
        return executable
    with step(f"looking for a Python {WANTED} to install"):
        _ask_uv(work, uv, ["python", "install", WANTED], timeout_s=300)
    found = _ask_uv(work, uv, ["python", "find", "--no-project", WANTED], timeout_s=30)
    if executable := interpreter(found, WANTED):
        return executable
    at_hand = "{}.{}".format(*sys.version_info[:2])
    say(f"no Python {WANTED} is to be had here: the local stack runs on Python {at_hand}")
    return Path(sys.executable)


def _at_hand(environment: Mapping[str, str]) -> Iterator[str]:
    yield sys.executable
    if found := shutil.which(f"python{WANTED}", path=environment.get("PATH")):
        yield found
    # pyenv's shim refuses a version that is installed and not selected; its folder does not.
    home = environment.get("PYENV_ROOT") or Path(environment.get("HOME", "/")) / ".pyenv"
    versions = sorted(Path(home).glob(f"versions/{WANTED}*/bin/python{WANTED}"), reverse=True)
    yield from map(str, versions)


def interpreter(candidate: str | Path | None, version: str) -> Path | None:
    """Give the real executable behind a candidate when it runs and has the version."""
    if not candidate:
        return None
    try:
        answer = subprocess.run(
            [candidate, "-I", "-c", QUESTION], capture_output=True, text=True, timeout=20
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    found, _, executable = answer.stdout.strip().partition("\n")
    # An environment's interpreter would tie the project to that environment's life.
    return Path(executable).resolve() if answer.returncode == 0 and found == version else None


def _ask_uv(work: WorkFolder, uv: Path, arguments: list[str], timeout_s: float) -> str | None:
    settings = {"UV_PYTHON_INSTALL_DIR": str(work.tools / "python"), "UV_HTTP_TIMEOUT": "20"}
    try:
        answer = subprocess.run(
            [uv, *arguments],
            capture_output=True,
            text=True,
            env={**os.environ, **settings},
            timeout=timeout_s,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return answer.stdout.strip() if answer.returncode == 0 else None
