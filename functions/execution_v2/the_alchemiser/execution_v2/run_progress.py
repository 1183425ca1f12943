"""A run's counters and phase, changed only by conditional writes on its one item."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from the_alchemiser.execution_v2.run_record import Run, run_of
from the_alchemiser.execution_v2.trade_record import TradeResult
from the_alchemiser.shared.clock import Clock
from the_alchemiser.shared.errors import PermanentError
from the_alchemiser.shared.lots import Side
from the_alchemiser.shared.runs import METADATA, RunStatus, TradeStatus, run_key
from the_alchemiser.shared.table import Change, Item, Table
from the_alchemiser.shared.trade_message import TradeMessage

SELL_FAILURE_LIMIT = Decimal(500)
"""Dollars of sells that may fail before the buys are called off."""


class RunProgress:
    """Advances runs."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def read(self, run_id: str) -> Run:
        """Read a run; one that nobody opened is an error."""
        item = self._table.get(run_key(run_id))
        if item is None:
            raise PermanentError(f"there is no run {run_id}, or it is over for a day")
        return run_of(item)

    def unfinished(self) -> list[Run]:
        """Read every run that did not come to its end, or failed without anyone being told."""
        items = self._table.scan(
            "SK = :metadata AND begins_with(PK, :run) AND attribute_exists(updated_s)",
            {":metadata": METADATA, ":run": "RUN#"},
        )
        runs = [run_of(item) for item in items]
        return [
            run
            for run in runs
            if not run.status.is_final or (run.status is RunStatus.FAILED and not run.failure_told)
        ]

    def reserve(self, message: TradeMessage) -> bool:
        """Set a buy's amount aside, once; False if the run's limit or state forbids the buy.

        Check and reservation are one write: however many buys ask at once, together they stay
        within the limit.
        """
        amount = abs(message.trade_amount)
        run = self.read(message.run_id)
        reserved = self._change(
            message.run_id,
            "ADD cumulative_buy_succeeded_value :amount, reserved_trades :trade",
            {
                ":amount": amount,
                ":trade": {message.trade_id},
                ":room": run.buy_limit - amount,
                ":id": message.trade_id,
                ":buying": RunStatus.BUY_PHASE,
            },
            "#status = :buying AND cumulative_buy_succeeded_value <= :room "
            "AND NOT contains(reserved_trades, :id)",
        )
        return reserved is not None or self._has_reserved(message)

    def count(self, message: TradeMessage, result: TradeResult) -> Run:
        """Add a decided trade to the run's counters, once, and give the run as it is then."""
        values: dict[str, Any] = {
            ":one": 1,
            ":trade": {message.trade_id},
            ":id": message.trade_id,
            **self._amounts(message, result),
        }
        side = message.phase.lower()
        outcome = _outcome(result)
        money = (
            "sell_succeeded_amount :succeeded, sell_failed_amount :failed"
            if message.action is Side.SELL
            else "cumulative_buy_succeeded_value :released"
        )
        update = (
            f"ADD completed_trades :one, {outcome} :one, {side}_completed :one, "
            f"counted_trades :trade, {money} SET updated_s = :now_s"
        )
        if result.capital_deployed_pct is not None:
            update += ", capital_deployed_pct = :deployed"
            values[":deployed"] = result.capital_deployed_pct
        values[":now_s"] = self._now_s()
        counted = self._change(message.run_id, update, values, "NOT contains(counted_trades, :id)")
        return run_of(counted) if counted else self.read(message.run_id)

    def begin_buys(self, run_id: str, trade_id: str) -> bool:
        """Move from sells to buys; True for the one caller who did, and has to release them."""
        moved = self._change(
            run_id,
            "SET #status = :buying, current_phase = :buy, phase_changed_by = :by, "
            "updated_s = :now_s",
            {
                ":buying": RunStatus.BUY_PHASE,
                ":selling": RunStatus.SELL_PHASE,
                ":buy": Side.BUY,
                ":by": trade_id,
                ":now_s": self._now_s(),
                ":most": SELL_FAILURE_LIMIT,
            },
            "#status = :selling AND sell_completed >= sell_total AND sell_failed_amount <= :most",
        )
        return moved is not None

    def mark_buys_released(self, run_id: str) -> None:
        """Record that all buys are on the queue."""
        self._change(
            run_id,
            "SET enqueued_buys_at = :now, updated_s = :now_s",
            {":now": self._clock.now().isoformat(), ":now_s": self._now_s()},
            "attribute_exists(PK) AND attribute_not_exists(enqueued_buys_at)",
        )

    def fail(self, run_id: str, step: str, reason: str) -> Run:
        """End a run unless it has ended; give the run as it is then."""
        failed = self._change(
            run_id,
            "SET #status = :failed, failure_step = :step, failure_reason = :reason",
            {
                ":failed": RunStatus.FAILED,
                ":step": step,
                ":reason": reason,
                ":completed": RunStatus.COMPLETED,
            },
            "NOT (#status IN (:failed, :completed))",
        )
        return run_of(failed) if failed else self.read(run_id)

    def mark_failure_told(self, run_id: str) -> None:
        """Record that a run's failure was published."""
        self._change(
            run_id,
            "SET failure_told_at = :now",
            {":now": self._clock.now().isoformat()},
            "attribute_exists(PK)",
        )

    def _amounts(self, message: TradeMessage, result: TradeResult) -> dict[str, Decimal]:
        left = result.unexecuted_amount
        if message.action is Side.BUY:
            # What was set aside and not spent is free for the other buys again.
            return {":released": -left if self._has_reserved(message) else Decimal(0)}
        if result.is_skipped:
            return {":succeeded": Decimal(0), ":failed": Decimal(0)}
        return {":succeeded": abs(message.trade_amount) - left, ":failed": left}

    def _has_reserved(self, message: TradeMessage) -> bool:
        item = self._table.get(run_key(message.run_id)) or {}
        return message.trade_id in item.get("reserved_trades", set())

    def _change(
        self, run_id: str, update: str, values: dict[str, Any], condition: str
    ) -> Item | None:
        uses_status = "#status" in update + condition
        return self._table.change(
            Change(
                key=run_key(run_id),
                update=update,
                names={"#status": "status"} if uses_status else {},
                values=values,
                condition=condition,
            )
        )

    def _now_s(self) -> int:
        return int(self._clock.now().timestamp())


def _outcome(result: TradeResult) -> str:
    if result.is_skipped:
        return "skipped_trades"
    return "succeeded_trades" if result.status is TradeStatus.COMPLETED else "failed_trades"
