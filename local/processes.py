"""Tells one process from another that was given the same number later."""

from __future__ import annotations

import os
import re
import subprocess
from datetime import datetime
from pathlib import Path

CLOCK_SLACK_S = 2
"""The kernel's boot time is in whole seconds and moves with corrections of the clock."""


def started_at(pid: int) -> str:
    """Name the moment a process started, in the system's own words; empty when there is none."""
    if Path("/proc/self/stat").exists():
        try:
            # The command's name may hold spaces and brackets, so count from behind it.
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return ""
        return "" if fields[0] == "Z" else fields[19]
    answer = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True)
    return answer.stdout.strip()


def is_alive(pid: int, started: str) -> bool:
    """Tell whether the very process that was recorded still runs."""
    return bool(started) and started_at(pid) == started


def is_running_since(pid: int, moment: datetime) -> bool:
    """Tell whether a process runs and was there at a moment; if unsure, say that it was."""
    started = started_at(pid)
    if not started:
        return False
    boot = re.search(r"^btime (\d+)$", _kernel_statistics(), re.MULTILINE)
    if boot is None:
        return True
    # The kernel counts a process's start in clock ticks since it was booted.
    began_s = int(boot[1]) + int(started) / os.sysconf("SC_CLK_TCK")
    return began_s <= moment.timestamp() + CLOCK_SLACK_S


def _kernel_statistics() -> str:
    statistics = Path("/proc/stat")
    return statistics.read_text() if statistics.exists() else ""
