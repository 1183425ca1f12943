"""The number that the alarm on hanging runs watches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from the_alchemiser.shared.aws import aws_errors

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient

METRIC = "StuckRuns"


class CloudWatchStuckRuns:
    """Publishes the number of runs that a sweep found hanging."""

    def __init__(self, client: CloudWatchClient, namespace: str) -> None:
        self._client = client
        self._namespace = namespace

    def report(self, stuck_runs: int) -> None:
        """Record how many runs hang."""
        with aws_errors(f"publish the metric {METRIC}"):
            self._client.put_metric_data(
                Namespace=self._namespace,
                MetricData=[{"MetricName": METRIC, "Value": stuck_runs, "Unit": "Count"}],
            )
