"""The ledger in DynamoDB, gauges in CloudWatch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from the_alchemiser.metrics_v2.domain import Gauge
from the_alchemiser.shared.aws import aws_errors
from the_alchemiser.shared.clock import Clock
from the_alchemiser.shared.ledger.corporate_action import strategy_actions
from the_alchemiser.shared.ledger.filled_order import find_order
from the_alchemiser.shared.ledger.strategy_trade import StrategyTrade, strategy_trades
from the_alchemiser.shared.lot_actions import StrategyAction
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
        entry = find_order(self._table, order_id)
        return () if entry is None else entry.strategies

    def trades(self, strategy: str) -> Sequence[StrategyTrade]:
        """Read every page of the strategy's partition."""
        return strategy_trades(self._table, strategy)

    def actions(self, strategy: str) -> Sequence[StrategyAction]:
        """Read every page of the strategy's partition."""
        return strategy_actions(self._table, strategy)


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
