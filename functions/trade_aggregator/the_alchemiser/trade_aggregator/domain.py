"""What the trades of a run add up to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from the_alchemiser.shared.money import cents
from the_alchemiser.shared.runs import RunStatus, TradeStatus


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """Where a run stands."""

    run_id: str
    plan_id: str
    correlation_id: str
    status: RunStatus
    total_trades: int
    completed_trades: int
    succeeded_trades: int
    failed_trades: int
    skipped_trades: int
    capital_deployed_pct: Decimal | None
    """What execution last saw at the broker, or portfolio if nothing was traded."""
    record: Mapping[str, Any]
    """The stored item, from which an interrupted conclusion is taken over."""

    @property
    def is_decided(self) -> bool:
        """Tell whether every trade is decided."""
        return self.completed_trades >= self.total_trades


@dataclass(frozen=True, kw_only=True, slots=True)
class Trade:
    """One decided trade."""

    symbol: str
    action: str
    status: TradeStatus
    trade_amount: Decimal
    order_id: str | None
    is_skipped: bool
    executed_value: Decimal
    error_message: str | None


def empty_run(run_id: str, plan_id: str, correlation_id: str) -> Run:
    """Return a run with nothing to trade."""
    return Run(
        run_id=run_id,
        plan_id=plan_id,
        correlation_id=correlation_id,
        status=RunStatus.SELL_PHASE,
        total_trades=0,
        completed_trades=0,
        succeeded_trades=0,
        failed_trades=0,
        skipped_trades=0,
        capital_deployed_pct=None,
        record={},
    )


def failed_symbols(trades: Sequence[Trade]) -> tuple[str, ...]:
    """Return the symbols whose trades failed, each once, in alphabetical order."""
    return tuple(sorted({trade.symbol for trade in trades if trade.status is TradeStatus.FAILED}))


def aggregated(run: Run, trades: Sequence[Trade]) -> dict[str, Any]:
    """Return the trades one by one and summed up, in whole cents as they are read."""
    return {
        "orders_executed": [
            {
                "symbol": trade.symbol,
                "action": trade.action,
                "status": str(trade.status),
                "order_id": trade.order_id,
                "trade_amount": cents(trade.trade_amount),
                "executed_value": cents(trade.executed_value),
                "skipped": trade.is_skipped,
                "error_message": trade.error_message,
            }
            for trade in trades
        ],
        "execution_summary": {
            "total_trades": run.total_trades,
            "succeeded": run.succeeded_trades,
            "failed": run.failed_trades,
            "skipped": run.skipped_trades,
            "total_value": cents(sum((abs(trade.trade_amount) for trade in trades), Decimal(0))),
            "executed_value": cents(sum((trade.executed_value for trade in trades), Decimal(0))),
        },
        "failed_symbols": list(failed_symbols(trades)),
    }
