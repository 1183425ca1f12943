"""The alarms of a stack that are in ALARM."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from blueprint.outputs import StackOutputs
from operations.metrics import Metric
from operations.names import prefix_of, short_name

_ALARM = "ALARM"
_EVALUATED = "Threshold Crossed"
"""How CloudWatch begins the reason of a state that it found itself in the metric's values."""
_CROSSES: Mapping[str, Callable[[float, float], bool]] = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Threshold:
    """What values of one metric set an alarm off."""

    metric: Metric
    comparison: str
    value: float

    @property
    def counts_events(self) -> bool:
        """Tell whether values add up; a level, such as a queue's depth, stands on its own."""
        return self.metric.statistic in ("Sum", "SampleCount")

    def is_crossed_by(self, value: float) -> bool:
        """Tell whether a value of the metric is one to go off at."""
        return _CROSSES[self.comparison](value, self.value)


@dataclass(frozen=True, kw_only=True, slots=True)
class Firing:
    """One alarm that has gone off and is not over."""

    name: str
    """Without what all deployed names of the stack begin with; a section of the runbook."""
    meaning: str
    why: str
    since: datetime | None
    crossed: Threshold | None
    """What CloudWatch found crossed; None where somebody set the state by hand."""


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
            since=alarm.get("StateTransitionedTimestamp") or alarm.get("StateUpdatedTimestamp"),
            crossed=_crossed(alarm),
        )
        for page in pages
        for alarm in page.get("MetricAlarms", [])
        # Emulators take one of the two filters for both.
        if alarm["StateValue"] == _ALARM
    )


def _crossed(alarm: Mapping[str, Any]) -> Threshold | None:
    is_evaluated = alarm.get("StateReason", "").startswith(_EVALUATED)
    statistic, comparison = alarm.get("Statistic"), alarm.get("ComparisonOperator", "")
    if not is_evaluated or not statistic or comparison not in _CROSSES:
        return None
    return Threshold(
        metric=Metric(
            namespace=alarm["Namespace"],
            name=alarm["MetricName"],
            dimensions=tuple((it["Name"], it["Value"]) for it in alarm.get("Dimensions", [])),
            statistic=statistic,
        ),
        comparison=comparison,
        value=alarm["Threshold"],
    )
