"""Publishing what a trade changed."""

from __future__ import annotations

from dataclasses import dataclass

from the_alchemiser.metrics_v2.domain import Gauge, capital_gauge, gauges, order_ids
from the_alchemiser.metrics_v2.ports import Ledger, Monitor
from the_alchemiser.shared.events.trades import TradeExecuted
from the_alchemiser.shared.performance import performances


@dataclass(frozen=True, kw_only=True, slots=True)
class Metrics:
    """Recomputes the gauges of the strategies that a trade touched."""

    ledger: Ledger
    monitor: Monitor

    def update(self, executed: TradeExecuted) -> int:
        """Publish each touched strategy's gauges once; return how many values that were.

        They are computed anew from the ledger, so a repeated event publishes the same values.
        """
        touched = {
            strategy
            for order_id in order_ids(executed.execution_data)
            for strategy in self.ledger.strategies(order_id)
        }
        found: list[Gauge] = list(capital_gauge(executed))
        for strategy in sorted(touched):
            trades, actions = self.ledger.trades(strategy), self.ledger.actions(strategy)
            for item in performances(trades, actions):
                found.extend(gauges(item))
        if found:
            self.monitor.show(found)
        return len(found)
