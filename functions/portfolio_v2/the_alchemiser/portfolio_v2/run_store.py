"""Runs and their trades in DynamoDB, as portfolio opens them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from the_alchemiser.portfolio_v2.active_run import ActiveRun
from the_alchemiser.portfolio_v2.ports import RunState
from the_alchemiser.portfolio_v2.rebalance_plan import RebalancePlan
from the_alchemiser.shared.clock import Clock
from the_alchemiser.shared.lots import Side
from the_alchemiser.shared.runs import (
    KEPT,
    TRADE_PREFIX,
    RunStatus,
    TradeStatus,
    run_key,
    trade_key,
)
from the_alchemiser.shared.table import Change, Item, Table
from the_alchemiser.shared.trade_message import TradeMessage


class RunStore:
    """Opens each run once, whichever delivery of its signal gets there first."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock
        self._active = ActiveRun(table, clock)

    def claim(self, run_id: str) -> None:
        """Become the active run, or raise RunRefused while another one is."""
        self._active.claim(run_id)

    def disclaim(self, run_id: str) -> None:
        """Stop being the active run."""
        self._active.disclaim(run_id)

    def find(self, run_id: str) -> RunState | None:
        """Read a run, or nothing if it was never opened."""
        run = self._table.get(run_key(run_id))
        if run is None:
            return None
        return RunState(
            status=RunStatus(run["status"]),
            is_announced="announced_at" in run,
            is_enqueued="enqueued_at" in run,
        )

    def open(self, plan: RebalancePlan, messages: Sequence[TradeMessage]) -> None:
        """Record a run and its trades; what is recorded already stays as it is.

        The run's own item comes last: where it exists, all of its trades do.
        """
        expiry = int((self._clock.now() + KEPT).timestamp())
        first_phase = _first_phase(messages)
        for message in messages:
            self._table.put_new({**_trade_item(message, first_phase), "TTL": expiry})
        now = self._clock.now()
        self._table.put_new(
            {
                **_run_item(plan, messages),
                "created_at": now.isoformat(),
                "updated_s": int(now.timestamp()),
                "TTL": expiry,
            }
        )

    def unsent(self, run_id: str) -> Sequence[TradeMessage]:
        """Give the trades of the first phase that are not marked as sent, in their order."""
        items = self._table.items(run_key(run_id)["PK"], TRADE_PREFIX)
        ready = [
            item
            for item in items
            if item["status"] == TradeStatus.PENDING and "enqueued_at" not in item
        ]
        ready.sort(key=lambda item: (item["sequence_number"], item["symbol"]))
        return [TradeMessage.model_validate_json(item["message_body"]) for item in ready]

    def mark_sent(self, run_id: str, trade_id: str) -> None:
        """Record that a trade is on the queue."""
        self._mark(trade_key(run_id, trade_id), "enqueued_at")

    def mark_announced(self, run_id: str) -> None:
        """Record that the plan's event was published."""
        self._mark(run_key(run_id), "announced_at")

    def mark_enqueued(self, run_id: str) -> None:
        """Record that the whole first phase is on the queue."""
        self._mark(run_key(run_id), "enqueued_at")

    def fail(self, run_id: str, reason: str) -> None:
        """End a run that cannot go on; its failure is told by whoever handles the error."""
        self._table.change(
            Change(
                key=run_key(run_id),
                update="SET #status = :failed, failure_reason = :reason, failure_told_at = :now",
                names={"#status": "status"},
                values={
                    ":failed": RunStatus.FAILED,
                    ":reason": reason,
                    ":now": self._clock.now().isoformat(),
                },
                condition="attribute_exists(PK)",
            )
        )

    def _mark(self, key: dict[str, str], name: str) -> None:
        self._table.change(
            Change(
                key=key,
                update=f"SET {name} = if_not_exists({name}, :now)",
                values={":now": self._clock.now().isoformat()},
                condition="attribute_exists(PK)",
            )
        )


def _first_phase(messages: Sequence[TradeMessage]) -> Side:
    has_sells = any(message.action is Side.SELL for message in messages)
    return Side.SELL if has_sells or not messages else Side.BUY


def _trade_item(message: TradeMessage, first_phase: Side) -> Item:
    status = TradeStatus.PENDING if message.phase is first_phase else TradeStatus.WAITING
    return {
        **trade_key(message.run_id, message.trade_id),
        "trade_id": message.trade_id,
        "symbol": message.symbol,
        "action": message.action,
        "phase": message.phase,
        "sequence_number": message.sequence_number,
        "trade_amount": message.trade_amount,
        "status": status,
        "message_body": message.model_dump_json(),
    }


def _run_item(plan: RebalancePlan, messages: Sequence[TradeMessage]) -> Item:
    sells = sum(message.action is Side.SELL for message in messages)
    phase = _first_phase(messages)
    counters = (
        *("completed_trades", "succeeded_trades", "failed_trades", "skipped_trades"),
        *("sell_completed", "buy_completed"),
        *("sell_succeeded_amount", "sell_failed_amount", "cumulative_buy_succeeded_value"),
    )
    return {
        **run_key(plan.run_id),
        **dict.fromkeys(counters, Decimal(0)),
        "run_id": plan.run_id,
        "plan_id": plan.plan_id,
        "correlation_id": plan.correlation_id,
        "causation_id": plan.causation_id,
        "total_trades": len(messages),
        "sell_total": sells,
        "buy_total": len(messages) - sells,
        "max_equity_limit_usd": plan.max_equity_limit_usd,
        "capital_deployed_pct": plan.capital_deployed_pct,
        "current_phase": phase,
        "status": RunStatus.SELL_PHASE if phase is Side.SELL else RunStatus.BUY_PHASE,
        "run_timestamp": plan.timestamp.isoformat(),
        "trade_ids": [message.trade_id for message in messages],
    }
