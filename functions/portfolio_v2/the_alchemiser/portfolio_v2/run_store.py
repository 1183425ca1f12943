"""Runs and their trades in DynamoDB, as portfolio opens them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from the_alchemiser.portfolio_v2.rebalance_plan import RebalancePlan
from the_alchemiser.portfolio_v2.trading_right import TradingRight
from the_alchemiser.shared.clock import Clock
from the_alchemiser.shared.lots import Side
from the_alchemiser.shared.run_record import run_changes, trade_changes
from the_alchemiser.shared.run_record.run import Run, find_run, run_item
from the_alchemiser.shared.run_record.states import KEPT, RunStatus, TradeStatus
from the_alchemiser.shared.run_record.trade import TradeRecord, trade_item, trades_of_run
from the_alchemiser.shared.table import Table
from the_alchemiser.shared.trade_message import TradeMessage

MOST_LEFT_OUT, LONGEST_REASON = 100, 300
"""Symbols that a run says it left out, and characters of why: an item takes 400 KB."""


class RunStore:
    """Opens each run once, whichever delivery of its signal gets there first."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock
        self._right = TradingRight(table, clock)

    def claim(self, run_id: str) -> None:
        """Become the active run, or raise RunRefused while another one is."""
        self._right.claim(run_id)

    def disclaim(self, run_id: str) -> None:
        """Stop being the active run."""
        self._right.disclaim(run_id)

    def find(self, run_id: str) -> Run | None:
        """Read a run, or nothing if it was never opened."""
        return find_run(self._table, run_id)

    def open(self, plan: RebalancePlan, messages: Sequence[TradeMessage]) -> None:
        """Record a run and its trades; what is recorded already stays as it is.

        The run's own item comes last: where it exists, all of its trades do.
        """
        run = opened_run(plan, messages, self._clock.now())
        for message in messages:
            is_first = message.phase is run.current_phase
            record = TradeRecord(
                message=message,
                status=TradeStatus.PENDING if is_first else TradeStatus.WAITING,
                expires_s=run.expires_s,
            )
            self._table.put_new(trade_item(record))
        self._table.put_new(run_item(run))

    def unsent(self, run_id: str) -> Sequence[TradeMessage]:
        """Give the trades of the first phase that are not marked as sent, in their order."""
        return [
            record.message
            for record in trades_of_run(self._table, run_id)
            if record.status is TradeStatus.PENDING and record.enqueued_at is None
        ]

    def mark_sent(self, run_id: str, trade_id: str) -> None:
        """Record that a trade is on the queue."""
        self._table.change(trade_changes.enqueue(run_id, trade_id, self._clock.now()))

    def mark_announced(self, run_id: str) -> None:
        """Record that the plan's event was published."""
        self._table.change(run_changes.announce(run_id, self._clock.now()))

    def mark_enqueued(self, run_id: str) -> None:
        """Record that the whole first phase is on the queue."""
        self._table.change(run_changes.enqueue(run_id, self._clock.now()))

    def fail(self, run_id: str, reason: str) -> None:
        """End a run that cannot go on; its failure is told by whoever handles the error."""
        self._table.change(run_changes.fail_told(run_id, reason, self._clock.now()))


def shortened(left_out: Mapping[str, str]) -> dict[str, str]:
    """Give what a run's item and mail say of what is left out; the plan says all of it."""
    shown = dict(list(left_out.items())[:MOST_LEFT_OUT])
    told = {symbol: reason[:LONGEST_REASON] for symbol, reason in shown.items()}
    more = len(left_out) - len(told)
    return {**told, "…": f"{more} more, see the plan"} if more else told


def opened_run(plan: RebalancePlan, messages: Sequence[TradeMessage], now: datetime) -> Run:
    """Give a plan's run before anything of it is traded: with its buys, if it sells nothing."""
    sells = sum(message.phase is Side.SELL for message in messages)
    phase = Side.SELL if sells or not messages else Side.BUY
    return Run(
        run_id=plan.run_id,
        plan_id=plan.plan_id,
        correlation_id=plan.correlation_id,
        causation_id=plan.causation_id,
        status=RunStatus.SELL_PHASE if phase is Side.SELL else RunStatus.BUY_PHASE,
        current_phase=phase,
        total_trades=len(messages),
        sell_total=sells,
        buy_total=len(messages) - sells,
        buy_limit=plan.max_equity_limit_usd,
        portfolio_value=plan.total_portfolio_value,
        funds=plan.available_usd,
        buys_planned=plan.buys_usd,
        left_out=shortened(plan.left_out),
        capital_deployed_pct=plan.capital_deployed_pct,
        planned_at=plan.timestamp,
        opened_at=now,
        updated_at=now,
        expires_s=int((now + KEPT).timestamp()),
    )
