"""Tells one process from another that was given the same number later."""

from __future__ import annotations

from datetime import datetime

import psutil

CLOCK_SLACK_S = 2.0
"""Start times are counted from the boot, whose own time moves with corrections of the clock."""


def started_at(pid: int) -> float | None:
    """Give the moment a living process started, in seconds since 1970."""
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        return float(process.create_time())
    except (psutil.Error, ValueError, OverflowError):
        return None


def is_alive(pid: int, started: float) -> bool:
    """Tell whether the very process that was recorded still runs."""
    found = started_at(pid)
    return found is not None and abs(found - started) <= CLOCK_SLACK_S


def is_running_since(pid: int, moment: datetime) -> bool:
    """Tell whether a process runs and was there at a moment."""
    found = started_at(pid)
    return found is not None and found <= moment.timestamp() + CLOCK_SLACK_S
