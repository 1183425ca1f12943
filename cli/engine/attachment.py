"""Runs this project's providers beside one command of the CLI, and ends them with it."""

from __future__ import annotations

import contextlib
import os
import select
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from local.problems import LocalProblem
from local.workfolder import WorkFolder
from operations.child_environment import build_tokens

START_TIMEOUT_S = 60.0


@contextlib.contextmanager
def attached_providers(
    work: WorkFolder, environment: Mapping[str, str], folder: Path | None = None
) -> Iterator[str]:
    """Give what PULUMI_DEBUG_PROVIDERS must say while the body runs.

    They take relative paths from `folder`, or from the checkout without one.
    """
    process = subprocess.Popen(
        [work.venv_python, "-m", "attached_providers"],
        cwd=folder or work.root,
        env={**environment, **build_tokens(os.environ)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        ready, _, _ = select.select([process.stdout], [], [], START_TIMEOUT_S)
        line = process.stdout.readline().strip() if ready else ""
        if not line.startswith("aws:"):
            raise LocalProblem(
                f"The attached providers were expected to name their ports, and said {line!r}.",
                "Run `.venv/bin/python -m attached_providers` to see why.",
            )
        yield line
    finally:
        # They end when nobody holds their stdin, however this process ends.
        process.stdin.close()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
