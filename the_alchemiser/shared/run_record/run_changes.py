"""Every way in which a run's item changes: one conditional write each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from the_alchemiser.shared.lots import Side
from the_alchemiser.shared.run_record.run import Run, run_key
from the_alchemiser.shared.run_record.states import RunStatus
from the_alchemiser.shared.table import Change

EXISTS = "attribute_exists(PK)"
STATUS = {"#status": "status"}
IS_DECIDED = "completed_trades >= total_trades"
"""Condition under which a run may be concluded."""


class TradeOutcome(StrEnum):
    """The counter of a run that a decided trade adds to."""

    SUCCEEDED = "succeeded_trades"
    FAILED = "failed_trades"
    SKIPPED = "skipped_trades"


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """What one decided trade adds to its run."""

    run_id: str
    symbol: str
    trade_id: str
    phase: Side
    outcome: TradeOutcome
    succeeded_amount: Decimal = Decimal(0)
    """Dollars of a sell that were traded."""
    failed_amount: Decimal = Decimal(0)
    """Dollars of a sell that were not."""
    released_amount: Decimal = Decimal(0)
    """Dollars that were set aside for a buy and are free again."""
    sold_value: Decimal = Decimal(0)
    """Dollars that came in; negative for what covering a short position took."""
    capital_deployed_pct: Decimal | None = None


def announce(run_id: str, now: datetime) -> Change:
    """Record that the plan's event was published."""
    return _mark(run_id, "announced_at", now)


def enqueue(run_id: str, now: datetime) -> Change:
    """Record that the whole first phase is on the queue."""
    return _mark(run_id, "enqueued_at", now)


def reserve(run_id: str, symbol: str, amount: Decimal, limit: Decimal) -> Change:
    """Set a buy's dollars aside while the run buys and stays within the limit, once for a symbol.

    Symbols and not ids stand in the run, so that a thousand trades take a hundredth of its item.
    """
    return Change(
        key=run_key(run_id),
        update="ADD cumulative_buy_succeeded_value :amount, reserved_trades :trade",
        names=STATUS,
        values={
            ":amount": amount,
            ":trade": {symbol},
            ":room": limit - amount,
            ":symbol": symbol,
            ":buying": RunStatus.BUY_PHASE,
        },
        condition="#status = :buying AND cumulative_buy_succeeded_value <= :room "
        "AND NOT contains(reserved_trades, :symbol)",
    )


def count(tally: Tally, now: datetime) -> Change:
    """Add a decided trade to the counters, once; a run of an earlier release has ids counted."""
    values: dict[str, Any] = {
        ":one": 1,
        ":trade": {tally.symbol},
        ":symbol": tally.symbol,
        ":id": tally.trade_id,
        ":now_s": _seconds(now),
    }
    if tally.phase is Side.SELL:
        money = (
            "sell_completed :one, sell_succeeded_amount :succeeded, sell_failed_amount :failed, "
            "sold_value_usd :sold"
        )
        values |= {
            ":succeeded": tally.succeeded_amount,
            ":failed": tally.failed_amount,
            ":sold": tally.sold_value,
        }
    else:
        money = "buy_completed :one, cumulative_buy_succeeded_value :released"
        values[":released"] = -tally.released_amount
    update = (
        f"ADD completed_trades :one, {tally.outcome} :one, counted_trades :trade, {money} "
        "SET updated_s = :now_s"
    )
    if tally.capital_deployed_pct is not None:
        update += ", capital_deployed_pct = :deployed"
        values[":deployed"] = tally.capital_deployed_pct
    return Change(
        key=run_key(tally.run_id),
        update=update,
        values=values,
        condition="NOT contains(counted_trades, :symbol) AND NOT contains(counted_trades, :id)",
    )


def begin_buys(run_id: str, mover: str, most_failed: Decimal, now: datetime) -> Change:
    """Move from sells to buys once all sells are decided and few enough dollars of them failed."""
    return Change(
        key=run_key(run_id),
        update="SET #status = :buying, current_phase = :buy, phase_changed_by = :by, "
        "updated_s = :now_s",
        names=STATUS,
        values={
            ":buying": RunStatus.BUY_PHASE,
            ":selling": RunStatus.SELL_PHASE,
            ":buy": Side.BUY,
            ":by": mover,
            ":now_s": _seconds(now),
            ":most": most_failed,
        },
        condition="#status = :selling AND sell_completed >= sell_total "
        "AND sell_failed_amount <= :most",
    )


def release_buys(run_id: str, now: datetime) -> Change:
    """Record that all buys are on the queue."""
    return Change(
        key=run_key(run_id),
        update="SET enqueued_buys_at = :now, updated_s = :now_s",
        values={":now": now.isoformat(), ":now_s": _seconds(now)},
        condition=f"{EXISTS} AND attribute_not_exists(enqueued_buys_at)",
    )


def fail(run_id: str, step: str, reason: str) -> Change:
    """End a run unless it has ended."""
    return Change(
        key=run_key(run_id),
        update="SET #status = :failed, failure_step = :step, failure_reason = :reason",
        names=STATUS,
        values={
            ":failed": RunStatus.FAILED,
            ":completed": RunStatus.COMPLETED,
            ":step": step,
            ":reason": reason,
        },
        condition="NOT (#status IN (:failed, :completed))",
    )


def fail_told(run_id: str, reason: str, now: datetime) -> Change:
    """End a run whose failure is told by whoever handles the error."""
    return Change(
        key=run_key(run_id),
        update="SET #status = :failed, failure_reason = :reason, failure_told_at = :now",
        names=STATUS,
        values={":failed": RunStatus.FAILED, ":reason": reason, ":now": now.isoformat()},
        condition=EXISTS,
    )


def fail_stalled(run: Run, step: str, reason: str) -> Change:
    """End a run that nothing has moved since it was read."""
    seen_s = None if run.updated_at is None else _seconds(run.updated_at)
    return Change(
        key=run_key(run.run_id),
        update="SET #status = :failed, failure_step = :step, failure_reason = :reason",
        names=STATUS,
        values={
            ":failed": RunStatus.FAILED,
            ":seen": run.status,
            ":seen_s": seen_s,
            ":reason": reason,
            ":step": step,
        },
        condition="#status = :seen AND updated_s = :seen_s",
    )


def tell_failure(run_id: str, now: datetime) -> Change:
    """Record that a run's failure was published."""
    return Change(
        key=run_key(run_id),
        update="SET failure_told_at = :now",
        values={":now": now.isoformat()},
        condition=EXISTS,
    )


def _mark(run_id: str, name: str, now: datetime) -> Change:
    return Change(
        key=run_key(run_id),
        update=f"SET {name} = if_not_exists({name}, :now)",
        values={":now": now.isoformat()},
        condition=EXISTS,
    )


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
