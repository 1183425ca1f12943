"""Finds what can build container images on this machine, and has it build and push one."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from packager.errors import ImageError
from packager.secrets import mask

BUILDERS = ("docker", "podman", "buildah")
_PLATFORMS = {"x86_64": "linux/amd64", "arm64": "linux/arm64"}
_ANSWER_S = 20


@dataclass(frozen=True, slots=True)
class Builder:
    """A program that builds images, with whatever it needs at hand."""

    program: str

    @contextmanager
    def logged_in(self, registry: str, user: str, password: str) -> Iterator[None]:
        """Give it a registry's password, on its standard input, and have it forget it after."""
        self._run(["login", "--username", user, "--password-stdin", registry], given=password)
        try:
            yield
        finally:
            self._run(["logout", registry])

    def publish(self, context: Path, architecture: str, tag: str, work: Path) -> None:
        """Build an image from a context and push it under a tag."""
        folder = work / "context"
        with tarfile.open(context) as tar:
            tar.extractall(folder, filter="data")
        platform = _PLATFORMS[architecture]
        self._run(["build", "--platform", platform, "--tag", tag, str(folder)])
        self._run(["push", tag])

    def _run(self, arguments: Sequence[str], given: str | None = None) -> None:
        done = subprocess.run(
            [self.program, *arguments],
            input=given,
            # Lambda takes an image, not docker's index of an image and its attestations.
            env={**os.environ, "BUILDX_NO_DEFAULT_ATTESTATIONS": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            said = (done.stderr or done.stdout).strip()
            if given:
                said = said.replace(given, "***")
            raise ImageError(f"`{Path(self.program).name} {arguments[0]}` failed:\n{mask(said)}")


def find_builder() -> Builder | str:
    """Return the first builder that answers, or why none does."""
    reasons = []
    for name in BUILDERS:
        program = shutil.which(name)
        reason = "not on PATH" if program is None else _refusal(program)
        if program is not None and reason is None:
            return Builder(program)
        reasons.append(f"{name}: {reason}")
    return "; ".join(reasons)


def _refusal(program: str) -> str | None:
    """Ask for more than the program's version: docker's daemon may not run."""
    try:
        done = subprocess.run(
            [program, "info"], capture_output=True, text=True, timeout=_ANSWER_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"does not answer ({type(error).__name__})"
    said = (done.stderr or done.stdout).strip().splitlines()
    return None if done.returncode == 0 else mask(said[-1] if said else "does not answer")
