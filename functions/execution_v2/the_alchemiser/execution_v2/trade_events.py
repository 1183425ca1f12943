"""What execution tells the bus; told twice, it is the same event with the same id."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from the_alchemiser.execution_v2.run_progress import RunProgress
from the_alchemiser.execution_v2.trade_store import TradeStore
from the_alchemiser.shared.events.envelope import EventStamp
from the_alchemiser.shared.events.publish import EventPublisher
from the_alchemiser.shared.events.trades import TradeExecuted
from the_alchemiser.shared.events.workflow import RunPart, WorkflowFailed
from the_alchemiser.shared.run_record.run import Run
from the_alchemiser.shared.run_record.states import RunStatus, TradeStatus
from the_alchemiser.shared.run_record.trade import TradeRecord, TradeResult, execution_data
from the_alchemiser.shared.trade_message import TradeMessage

WORKFLOW = "trade_execution"


@dataclass(frozen=True, kw_only=True, slots=True)
class TradeEvents:
    """Publishes first and notes that it did afterwards, so that a crash repeats, not loses."""

    publisher: EventPublisher
    stamp: EventStamp
    trades: TradeStore
    progress: RunProgress

    def tell_trade(self, record: TradeRecord) -> None:
        """Publish a decided trade unless that was done."""
        if record.is_told or record.result is None:
            return
        self.publisher.publish(self._executed(record, record.result))
        self.trades.mark_told(record.message)

    def tell_failure(self, run: Run) -> None:
        """Publish that a run failed unless that was done."""
        if run.status is not RunStatus.FAILED or run.is_failure_told:
            return
        step = run.failure_step or "UNKNOWN"
        cause = f"{run.run_id}/{step}"
        envelope = self.stamp.derived("workflow-failed", run.correlation_id, cause)
        self.publisher.publish(
            WorkflowFailed(
                **{**envelope, "causation_id": run.causation_id},
                metadata={"run_id": run.run_id, "plan_id": run.plan_id},
                workflow_type=WORKFLOW,
                failure_reason=run.failure_reason or "unknown",
                failure_step=step,
                ends=RunPart.TRADING,
                error_details={
                    "exception_type": "RunFailed",
                    "run_id": run.run_id,
                    "completed_trades": run.completed_trades,
                    "total_trades": run.total_trades,
                    "sell_failed_amount": run.sell_failed_amount,
                    "cumulative_buy_value": run.bought,
                    "max_equity_limit_usd": run.buy_limit,
                },
            )
        )
        self.progress.mark_failure_told(run.run_id)

    def _executed(self, record: TradeRecord, result: TradeResult) -> TradeExecuted:
        message = record.message
        succeeded = result.status is TradeStatus.COMPLETED
        return TradeExecuted(
            **self._envelope(record),
            metadata=_metadata(message, result),
            execution_data=execution_data(message, result),
            success=succeeded,
            orders_placed=len(result.order_ids),
            orders_succeeded=result.orders_filled,
            failure_reason=None if succeeded else result.note,
            failed_symbols=() if succeeded else (str(message.symbol),),
        )

    def _envelope(self, record: TradeRecord) -> dict[str, Any]:
        message = record.message
        cause = f"{message.run_id}/{message.trade_id}"
        envelope = self.stamp.derived("trade-executed", message.correlation_id, cause)
        told_at = record.decided_at or envelope["timestamp"]
        return {**envelope, "timestamp": told_at, "causation_id": message.causation_id}


def _metadata(message: TradeMessage, result: TradeResult) -> dict[str, object]:
    deployed = result.capital_deployed_pct
    return {
        "run_id": message.run_id,
        "trade_id": message.trade_id,
        "phase": message.phase.value,
        "sequence_number": message.sequence_number,
        "execution_mode": "per_trade",
        **({} if deployed is None else {"capital_deployed_pct": f"{deployed:f}"}),
    }
