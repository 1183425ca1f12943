"""What the trades of a run add up to."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from the_alchemiser.shared.lots import Side
from the_alchemiser.shared.money import cents
from the_alchemiser.shared.run_record.run import Run
from the_alchemiser.shared.run_record.states import TradeStatus
from the_alchemiser.shared.run_record.trade import TradeRecord, TradeResult

NOTHING = Decimal(0)
MOST_LISTED = 200
"""Orders that an event lists; a bus takes 256 KB, and a person reads no more."""
LONGEST_REASON = 300
"""Characters of why an order did not do what it should."""


def failed_symbols(trades: Sequence[TradeRecord]) -> tuple[str, ...]:
    """Return the symbols whose trades failed, each once, in alphabetical order."""
    failed = (trade for trade in trades if trade.status is TradeStatus.FAILED)
    return tuple(sorted({str(trade.message.symbol) for trade in failed}))


def aggregated(run: Run, trades: Sequence[TradeRecord]) -> dict[str, Any]:
    """Return the trades one by one and summed up, in whole cents as they are read."""
    executed = sum((_result(trade).executed_value for trade in trades), Decimal(0))
    planned = sum((trade.message.planned_usd for trade in trades), Decimal(0))
    buys = [trade for trade in trades if trade.message.phase is Side.BUY]
    listed = _listed(trades)
    return {
        "orders_executed": [_order(trade) for trade in listed],
        "orders_not_listed": len(trades) - len(listed),
        "execution_summary": {
            "total_trades": run.total_trades,
            "succeeded": run.succeeded_trades,
            "failed": run.failed_trades,
            "skipped": run.skipped_trades,
            "total_value": cents(planned),
            "executed_value": cents(executed),
            "buys_planned": cents(sum((each.message.planned_usd for each in buys), NOTHING)),
            "not_invested": cents(sum((_unexecuted(each) for each in buys), NOTHING)),
        },
        "left_out": dict(run.left_out),
        "failed_symbols": list(failed_symbols(trades)),
    }


def _listed(trades: Sequence[TradeRecord]) -> list[TradeRecord]:
    """Give the trades that somebody has to see, in their order; of the others the largest."""
    if len(trades) <= MOST_LISTED:
        return list(trades)
    ranked = sorted(trades, key=_rank)
    chosen = {trade.message.trade_id for trade in ranked[:MOST_LISTED]}
    return [trade for trade in trades if trade.message.trade_id in chosen]


def _rank(trade: TradeRecord) -> tuple[bool, bool, Decimal]:
    is_done = trade.status is TradeStatus.COMPLETED and not _result(trade).is_skipped
    return (is_done, trade.last_error is None, -trade.message.planned_usd)


def _order(trade: TradeRecord) -> dict[str, Any]:
    result = _result(trade)
    return {
        "symbol": str(trade.message.symbol),
        "action": str(trade.message.action),
        "status": str(trade.status),
        "order_id": result.last_order_id,
        "trade_amount": cents(trade.message.trade_amount),
        "executed_value": cents(result.executed_value),
        "skipped": result.is_skipped,
        "error_message": trade.last_error and trade.last_error[:LONGEST_REASON],
    }


def _unexecuted(trade: TradeRecord) -> Decimal:
    if trade.result is None:
        return trade.message.planned_usd
    return trade.result.unexecuted_amount


def _result(trade: TradeRecord) -> TradeResult:
    return trade.result or TradeResult(status=trade.status)
