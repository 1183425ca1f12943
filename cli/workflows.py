"""Checks the workflows: zizmor for what could be abused, actionlint for what would not run."""

from __future__ import annotations

import os
import subprocess

from cli.engine.go_toolchain import find_go
from cli.tools import run_tool
from local.progress import say
from local.workfolder import WorkFolder

UNKNOWN_TO_IT = 'unexpected key "queue" for "concurrency" section'
"""Newer than actionlint 1.7.12:
https://github.blog/changelog/2026-05-07-github-actions-concurrency-groups-now-allow-larger-queues"""


def check_the_workflows(work: WorkFolder) -> int:
    """Run both; actionlint is built from its locked Go module, once."""
    insecure = run_tool(work, ["workflow-security"])
    wrong = _lint(work)
    if not (insecure or wrong):
        say("the workflows are sound")
    return 1 if insecure or wrong else 0


def _lint(work: WorkFolder) -> int:
    files = sorted(str(file) for file in (work.root / ".github/workflows").glob("*.yml"))
    say("-> actionlint")
    return subprocess.run(
        [find_go(work), "tool", "actionlint", "-ignore", UNKNOWN_TO_IT, *files],
        cwd=work.root / ".github/actionlint",
        env={**os.environ, "GOFLAGS": "-mod=readonly", "GOTOOLCHAIN": "local"},
        check=False,
    ).returncode
