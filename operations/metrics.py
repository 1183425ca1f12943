"""What CloudWatch counted, minute by minute."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

_PERIOD_S = 60
"""Metrics of AWS's own services have nothing finer."""
_QUALIFIER = "Resource"


@dataclass(frozen=True, kw_only=True, slots=True)
class Metric:
    """One series of values."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]
    statistic: str

    @classmethod
    def errors_of(cls, function: str, alias: str) -> Metric:
        """Name the errors of what an alias serves, without versions that never went live.

        https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-view.html
        """
        dimensions = (("FunctionName", function), (_QUALIFIER, f"{function}:{alias}"))
        return cls(namespace="AWS/Lambda", name="Errors", dimensions=dimensions, statistic="Sum")


@dataclass(frozen=True, kw_only=True, slots=True)
class Metrics:
    """Reads values."""

    cloudwatch: Any
    by_alias: bool = True
    """Whether Lambda's metrics tell aliases apart, as they do on AWS."""

    def values(
        self, metrics: Sequence[Metric], start: datetime, end: datetime
    ) -> list[list[float]]:
        """Give the minutes' values of each, oldest first; of the minute that `start` is in, all."""
        queries = [
            {
                "Id": f"m{position}",
                "MetricStat": {
                    "Metric": {
                        "Namespace": it.namespace,
                        "MetricName": it.name,
                        "Dimensions": [
                            {"Name": name, "Value": value} for name, value in it.dimensions
                        ],
                    },
                    "Period": _PERIOD_S,
                    "Stat": it.statistic,
                },
            }
            for position, it in enumerate(map(self._told, metrics))
        ]
        found: dict[str, list[float]] = {}
        for page in self.cloudwatch.get_paginator("get_metric_data").paginate(
            MetricDataQueries=queries,
            StartTime=start,
            EndTime=end,
            ScanBy="TimestampAscending",
        ):
            for result in page["MetricDataResults"]:
                found.setdefault(result["Id"], []).extend(result["Values"])
        return [found.get(f"m{position}", []) for position in range(len(metrics))]

    def _told(self, metric: Metric) -> Metric:
        if self.by_alias:
            return metric
        kept = (it for it in metric.dimensions if it[0] != _QUALIFIER)
        return replace(metric, dimensions=tuple(kept))
