"""Runs in DynamoDB."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from types import MappingProxyType

from the_alchemiser.shared.runs import (
    METADATA,
    TRADE_PREFIX,
    RunStatus,
    TradeStatus,
    run_key,
)
from the_alchemiser.shared.table import Item, Table
from the_alchemiser.trade_aggregator.domain import Run, Trade


class RunTable:
    """Runs as portfolio and execution record them."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, run_id: str) -> Run | None:
        """Read the run's METADATA."""
        item = self._table.get(run_key(run_id))
        return None if item is None else _run(item)

    def trades(self, run_id: str) -> Sequence[Trade]:
        """Read the run's TRADE items."""
        items = self._table.items(run_key(run_id)["PK"], TRADE_PREFIX)
        items.sort(key=lambda item: (item["sequence_number"], item["symbol"]))
        return [_trade(item) for item in items]

    def unfinished(self) -> Iterable[Run]:
        """Read METADATA items that are decided and announced but open, or not settled."""
        items = self._table.scan(
            "begins_with(PK, :runs) AND SK = :metadata AND (outcome_sent = :unsent OR"
            " (#status IN (:selling, :buying) AND attribute_exists(announced_at)"
            " AND completed_trades >= total_trades))",
            {
                ":runs": "RUN#",
                ":metadata": METADATA,
                ":unsent": False,
                ":selling": RunStatus.SELL_PHASE,
                ":buying": RunStatus.BUY_PHASE,
            },
            names={"#status": "status"},
        )
        return [_run(item) for item in items]


def _run(item: Item) -> Run:
    return Run(
        run_id=item["run_id"],
        plan_id=item["plan_id"],
        correlation_id=item["correlation_id"],
        status=RunStatus(item["status"]),
        total_trades=int(item["total_trades"]),
        completed_trades=int(item["completed_trades"]),
        succeeded_trades=int(item["succeeded_trades"]),
        failed_trades=int(item["failed_trades"]),
        skipped_trades=int(item["skipped_trades"]),
        capital_deployed_pct=item.get("capital_deployed_pct"),
        record=MappingProxyType(item),
    )


def _trade(item: Item) -> Trade:
    return Trade(
        symbol=item["symbol"],
        action=item["action"],
        status=TradeStatus(item["status"]),
        trade_amount=item["trade_amount"],
        order_id=item.get("order_id"),
        is_skipped=bool(item.get("skipped", False)),
        executed_value=item.get("executed_value") or Decimal(0),
        error_message=item.get("error_message"),
    )
