"""A run's counters and phase, changed only by conditional writes on its one item."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal

from the_alchemiser.shared.clock import Clock
from the_alchemiser.shared.errors import PermanentError
from the_alchemiser.shared.lots import Side
from the_alchemiser.shared.money import CENT
from the_alchemiser.shared.run_record import run_changes
from the_alchemiser.shared.run_record.run import Run, find_run, run_of
from the_alchemiser.shared.run_record.run_changes import Tally, TradeOutcome
from the_alchemiser.shared.run_record.run_scans import opened_runs
from the_alchemiser.shared.run_record.states import RunStatus, TradeStatus
from the_alchemiser.shared.run_record.trade import TradeResult
from the_alchemiser.shared.table import Table
from the_alchemiser.shared.trade_message import TradeMessage

SELL_FAILURE_PART = Decimal("0.25")
"""Part of the account whose sells may fail before the buys are called off.

Buys are cut to the money that is there, so what one halted holding keeps back stops nothing else;
where so much fails, something is wrong with more than a holding.
"""


def sell_failure_limit(run: Run) -> Decimal:
    """Give the dollars of sells that may fail before a run's buys are called off."""
    return (run.portfolio_value or run.buy_limit) * SELL_FAILURE_PART


class RunProgress:
    """Advances runs."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def read(self, run_id: str) -> Run:
        """Read a run; one that nobody opened is an error."""
        run = find_run(self._table, run_id)
        if run is None:
            raise PermanentError(f"there is no run {run_id}, or it is over for a day")
        return run

    def unfinished(self) -> list[Run]:
        """Read every run that did not come to its end, or failed without anyone being told."""
        return [
            run
            for run in opened_runs(self._table)
            if not run.status.is_final
            or (run.status is RunStatus.FAILED and not run.is_failure_told)
        ]

    def reserve(self, message: TradeMessage) -> bool:
        """Set a buy's amount aside, once; False if the run's limit or state forbids the buy.

        Check and reservation are one write: however many buys ask at once, together they stay
        within the limit.
        """
        limit = self.read(message.run_id).buy_limit
        amount = message.planned_usd
        change = run_changes.reserve(message.run_id, message.symbol, amount, limit)
        return self._table.change(change) is not None or self._has_reserved(message)

    def count(self, message: TradeMessage, result: TradeResult) -> Run:
        """Add a decided trade to the run's counters, once, and give the run as it is then."""
        tally = self._tally(message, result)
        counted = self._table.change(run_changes.count(tally, self._clock.now()))
        return run_of(counted) if counted else self.read(message.run_id)

    def begin_buys(self, run_id: str, trade_id: str) -> bool:
        """Move from sells to buys; True for the one caller who did, and has to release them."""
        most_failed = sell_failure_limit(self.read(run_id))
        change = run_changes.begin_buys(run_id, trade_id, most_failed, self._clock.now())
        return self._table.change(change) is not None

    def mark_buys_released(self, run_id: str) -> None:
        """Record that all buys are on the queue."""
        self._table.change(run_changes.release_buys(run_id, self._clock.now()))

    def fail(self, run_id: str, step: str, reason: str) -> Run:
        """End a run unless it has ended; give the run as it is then."""
        failed = self._table.change(run_changes.fail(run_id, step, reason))
        return run_of(failed) if failed else self.read(run_id)

    def mark_failure_told(self, run_id: str) -> None:
        """Record that a run's failure was published."""
        self._table.change(run_changes.tell_failure(run_id, self._clock.now()))

    def _tally(self, message: TradeMessage, result: TradeResult) -> Tally:
        left = result.unexecuted_amount
        succeeded = failed = released = sold = Decimal(0)
        if message.phase is Side.BUY:
            # What was set aside and not spent is free for the other buys again.
            released = left if self._has_reserved(message) else Decimal(0)
        elif message.is_cover:
            sold = -result.executed_value
        elif not result.is_skipped:
            succeeded, failed = message.planned_usd - left, left
            sold = result.executed_value
        return Tally(
            run_id=message.run_id,
            symbol=message.symbol,
            trade_id=message.trade_id,
            phase=message.phase,
            outcome=_outcome(result),
            succeeded_amount=succeeded,
            failed_amount=failed,
            released_amount=released,
            sold_value=sold.quantize(CENT, ROUND_DOWN),
            capital_deployed_pct=result.capital_deployed_pct,
        )

    def _has_reserved(self, message: TradeMessage) -> bool:
        run = find_run(self._table, message.run_id)
        known = frozenset() if run is None else run.reserved_trades
        # A run of an earlier release has ids reserved.
        return message.symbol in known or message.trade_id in known


def _outcome(result: TradeResult) -> TradeOutcome:
    if result.is_skipped:
        return TradeOutcome.SKIPPED
    is_done = result.status is TradeStatus.COMPLETED
    return TradeOutcome.SUCCEEDED if is_done else TradeOutcome.FAILED
