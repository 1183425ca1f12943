"""Finds a Python of the target's version, on which built artifacts can be tried."""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from packager.errors import PackagingError
from packager.target import Target
from packager.uv import uv_executable

_MACHINES = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}
_INSTALL_TIMEOUT_S = 180
_PROBE = "import platform; print(platform.python_version())"


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python that can stand in for the runtime's."""

    path: str
    release: str


@dataclass(frozen=True, slots=True)
class Unavailable:
    """Why there is none."""

    reason: str


@cache
def find_interpreter(target: Target) -> Interpreter | Unavailable:
    """Find one here, or let uv install one, or say why a check that needs one cannot run."""
    machine = _MACHINES.get(platform.machine().lower(), platform.machine())
    if sys.platform != "linux" or machine != target.architecture:
        return Unavailable(
            f"this machine ({sys.platform} on {machine}) cannot run binaries for Linux on "
            f"{target.architecture}"
        )
    for path in _candidates(target):
        release = _release(path)
        if release is not None and release.startswith(f"{target.python}."):
            return Interpreter(path, release)
    return Unavailable(f"no Python {target.python} is here, and uv could not install one")


def _candidates(target: Target) -> Iterator[str]:
    if sys.version_info[:2] == target.version:
        yield sys.executable
    found = shutil.which(f"python{target.python}")
    if found:
        yield found
    yield from _uv("python", "find", "--no-project", target.python)
    yield from _uv("python", "install", "--quiet", target.python)
    yield from _uv("python", "find", "--no-project", "--managed-python", target.python)


def _uv(*arguments: str) -> Iterator[str]:
    try:
        done = subprocess.run(
            [uv_executable(), *arguments],
            capture_output=True,
            text=True,
            timeout=_INSTALL_TIMEOUT_S,
            check=False,
        )
    except (PackagingError, subprocess.TimeoutExpired):
        return
    if done.returncode == 0 and done.stdout.strip():
        yield done.stdout.strip()


def _release(path: str) -> str | None:
    try:
        done = subprocess.run(
            [path, "-I", "-S", "-c", _PROBE], capture_output=True, text=True, check=False
        )
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None
