"""Alarms on the system's own metrics; those of functions, queues and rules come by themselves."""

from __future__ import annotations

from blueprint import AlarmSpec

ALARMS = (
    AlarmSpec(
        name="stuck-runs",
        purpose="A run has made no progress for longer than its trades can take.",
        metric="StuckRuns",
    ),
)
