"""What metrics needs from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from the_alchemiser.metrics_v2.domain import Gauge
from the_alchemiser.shared.ledger.strategy_trade import StrategyTrade
from the_alchemiser.shared.lot_actions import StrategyAction


class Ledger(Protocol):
    """Knows the filled orders and whose they are."""

    def strategies(self, order_id: str) -> Iterable[str]:
        """Return the strategies that have part in an order; none if nothing of it was filled."""
        ...

    def trades(self, strategy: str) -> Sequence[StrategyTrade]:
        """Return a strategy's parts of all orders, as they are now."""
        ...

    def actions(self, strategy: str) -> Sequence[StrategyAction]:
        """Return a strategy's parts in splits, dividends and new symbols."""
        ...


class Monitor(Protocol):
    """Where alarms and dashboards look."""

    def show(self, gauges: Sequence[Gauge]) -> None:
        """Publish the values as of now."""
        ...
