from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]

SLOW = """#!/bin/sh
trap 'sleep 0.6; touch ended; exit 1' INT
touch begun
while :; do sleep 0.05; done
"""
"""Ends as pytest does: it takes down what it has started."""

RUN = """
import signal, sys
from pathlib import Path
signal.signal(signal.SIGINT, signal.default_int_handler)
from cli.tools import TOOLS, run_tool
from local.problems import LocalProblem
from local.workfolder import WorkFolder
TOOLS["lock"] = (("slow",),)
try:
    run_tool(WorkFolder(root=Path.cwd(), home=Path.cwd()), ["lock"])
except LocalProblem as problem:
    print(problem)
"""


def test_a_tool_that_is_interrupted_is_left_to_end_what_it_started(tmp_path: Path) -> None:
    program = tmp_path / ".venv/bin/slow"
    program.parent.mkdir(parents=True)
    program.write_text(SLOW)
    program.chmod(0o755)

    with subprocess.Popen(
        [sys.executable, "-c", RUN],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        while not (tmp_path / "begun").exists():
            assert process.poll() is None
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGINT)
        told, _ = process.communicate(timeout=30)

    assert (tmp_path / "ended").exists()
    assert told.startswith("interrupted in the middle of `slow`.\n")
    assert "begins again from the start" in told
