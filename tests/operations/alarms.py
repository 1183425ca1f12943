"""Alarms that tests set off, and the values behind them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from tests.cloud import Cloud

EVALUATED = "Threshold Crossed: 1 datapoint [2.0] was greater than or equal to the threshold (1.0)."
"""The reason that CloudWatch gives for a state of its own finding.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
"""
ERRORS = {"FunctionName": "alchemiser-dev-metrics", "Resource": "alchemiser-dev-metrics:live"}


def alarm(
    cloud: Cloud,
    name: str,
    metric: str = "Errors",
    statistic: str = "Sum",
    dimensions: Mapping[str, str] = ERRORS,
) -> None:
    cloud.client("cloudwatch").put_metric_alarm(
        AlarmName=name,
        AlarmDescription="metrics_v2: errors. See docs/runbook.md#metrics-errors",
        Namespace="AWS/Lambda",
        MetricName=metric,
        Dimensions=[{"Name": key, "Value": it} for key, it in dimensions.items()],
        Statistic=statistic,
        Period=300,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
    )


def fire(cloud: Cloud, name: str, reason: str = "set by hand") -> None:
    cloud.client("cloudwatch").set_alarm_state(
        AlarmName=name, StateValue="ALARM", StateReason=reason
    )


def count(
    cloud: Cloud,
    at: datetime,
    metric: str = "Errors",
    dimensions: Mapping[str, str] = ERRORS,
    value: float = 2,
) -> None:
    """Let a metric have a value; in an account, AWS's own services say theirs."""
    datum = {
        "MetricName": metric,
        "Dimensions": [{"Name": key, "Value": it} for key, it in dimensions.items()],
        "Timestamp": at,
        "Value": value,
    }
    cloud.client("cloudwatch").put_metric_data(Namespace="AWS/Lambda", MetricData=[datum])
