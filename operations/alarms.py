"""The alarms of a stack that are in ALARM."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from blueprint.outputs import StackOutputs
from operations.names import prefix_of, short_name

_ALARM = "ALARM"


@dataclass(frozen=True, kw_only=True, slots=True)
class Firing:
    """One alarm that has gone off and is not over."""

    name: str
    """Without what all deployed names of the stack begin with; a section of the runbook."""
    meaning: str
    why: str
    since: datetime | None


def firing(outputs: StackOutputs, cloudwatch: Any) -> tuple[Firing, ...]:
    """List them, as CloudWatch has them now."""
    pages = cloudwatch.get_paginator("describe_alarms").paginate(
        AlarmNamePrefix=prefix_of(outputs), StateValue=_ALARM
    )
    return tuple(
        Firing(
            name=short_name(outputs, alarm["AlarmName"]),
            meaning=alarm.get("AlarmDescription", ""),
            why=alarm.get("StateReason") or "no reason given",
            since=alarm.get("StateUpdatedTimestamp"),
        )
        for page in pages
        for alarm in page.get("MetricAlarms", [])
        # Emulators take one of the two filters for both.
        if alarm["StateValue"] == _ALARM
    )
