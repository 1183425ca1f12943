"""One page that shows how the system is doing."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch

from blueprint import System
from components.addresses import Addresses
from components.queue import dead_letter_name
from components.stack_context import StackContext

WIDTH = 24
"""CloudWatch's grid is 24 wide."""
HEIGHT = 6
MAX_METRICS = 500
"""CloudWatch's limit for one graph:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html"""

Metric = list[object]


@dataclass(frozen=True, kw_only=True, slots=True)
class DashboardArgs:
    """Every graph follows from the system; there is nothing to draw by hand."""

    system: System
    addresses: Addresses


class Dashboard(pulumi.ComponentResource):
    """Shows functions by calls, errors and time, queues by depth, and the system's own metrics."""

    def __init__(
        self, name: str, args: DashboardArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(args.addresses.token("Dashboard"), name, None, opts)
        cloudwatch.Dashboard(
            f"{name}-dashboard",
            dashboard_name=args.addresses.name(name),
            dashboard_body=body(args.system, args.addresses),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})


def make_dashboard(context: StackContext) -> Dashboard:
    """Make the system's one dashboard."""
    args = DashboardArgs(system=context.system, addresses=context.addresses)
    return Dashboard("operations", args, context.opts)


def body(system: System, addresses: Addresses) -> str:
    """Write the dashboard in CloudWatch's own JSON."""
    graphs = [
        ("Calls", _by_function(system, addresses, "Invocations"), "Sum"),
        ("Errors", _by_function(system, addresses, "Errors"), "Sum"),
        ("Duration, 95th percentile (ms)", _by_function(system, addresses, "Duration"), "p95"),
        ("Messages waiting", _by_queue(system, addresses), "Maximum"),
        ("Own metrics", _own(system, addresses), "Maximum"),
    ]
    widgets = [
        {
            "type": "metric",
            "x": 0,
            "y": HEIGHT * row,
            "width": WIDTH,
            "height": HEIGHT,
            "properties": {
                "title": title,
                "metrics": metrics[:MAX_METRICS],
                "stat": statistic,
                "period": 300,
                "region": addresses.region,
                "view": "timeSeries",
            },
        }
        for row, (title, metrics, statistic) in enumerate(it for it in graphs if it[1])
    ]
    return json.dumps({"widgets": widgets}, sort_keys=True)


def _by_function(system: System, addresses: Addresses, metric: str) -> list[Metric]:
    return [
        ["AWS/Lambda", metric, "FunctionName", addresses.name(spec.physical_name)]
        for spec in system.functions
    ]


def _by_queue(system: System, addresses: Addresses) -> list[Metric]:
    names = [
        addresses.queue(name, fifo=spec.fifo)
        for spec in system.queues
        for name in ((spec.name, dead_letter_name(spec)) if spec.max_receives else (spec.name,))
    ]
    return [["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", name] for name in names]


def _own(system: System, addresses: Addresses) -> list[Metric]:
    if system.metrics is None:
        return []
    namespace = addresses.namespace(system.metrics)
    # With a term and no schema it finds metrics of any dimensions, and of none:
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html
    search = f"SEARCH('Namespace=\"{namespace}\"', 'Maximum', 300)"
    return [[{"expression": search, "id": "all"}]]
