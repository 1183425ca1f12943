"""The ledger in DynamoDB, gauges in CloudWatch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from the_alchemiser.metrics_v2.domain import Gauge
from the_alchemiser.shared.aws import aws_errors
from the_alchemiser.shared.clock import Clock
from the_alchemiser.shared.ledger import (
    STRATEGY_PREFIX,
    TRADE_PREFIX,
    StrategyTrade,
    strategy_trade_of,
    trade_key,
)
from the_alchemiser.shared.table import Table

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient

MOST_IN_REQUEST = 1000
"""https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html"""


class LedgerTable:
    """The ledger's orders, and each strategy's parts of them."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def strategies(self, order_id: str) -> Iterable[str]:
        """Read the order's item."""
        item = self._table.get(trade_key(order_id)) or {}
        return tuple(item.get("strategy_names", ()))

    def trades(self, strategy: str) -> Sequence[StrategyTrade]:
        """Read every page of the strategy's partition."""
        items = self._table.items(f"{STRATEGY_PREFIX}{strategy}", TRADE_PREFIX)
        return [strategy_trade_of(item) for item in items]


class CloudWatch:
    """Gauges as metrics of one namespace."""

    def __init__(self, client: CloudWatchClient, namespace: str, clock: Clock) -> None:
        self._client = client
        self._namespace = namespace
        self._clock = clock

    def show(self, gauges: Sequence[Gauge]) -> None:
        """Send the values, a thousand in a request."""
        now = self._clock.now()
        data: list[Any] = [{**_datum(gauge), "Timestamp": now} for gauge in gauges]
        for start in range(0, len(data), MOST_IN_REQUEST):
            with aws_errors("publish metrics"):
                self._client.put_metric_data(
                    Namespace=self._namespace, MetricData=data[start : start + MOST_IN_REQUEST]
                )


def _datum(gauge: Gauge) -> dict[str, object]:
    named = {"Name": "StrategyName", "Value": gauge.strategy}
    return {
        "MetricName": gauge.name,
        "Value": float(gauge.value),
        "Unit": str(gauge.unit),
        "Dimensions": [named] if gauge.strategy else [],
    }
