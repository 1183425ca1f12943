"""One trade's record: started, sized, decided and told, each by a write that only one can win."""

from __future__ import annotations

from decimal import Decimal

from the_alchemiser.shared.clock import Clock
from the_alchemiser.shared.errors import PermanentError
from the_alchemiser.shared.run_record import trade_changes
from the_alchemiser.shared.run_record.trade import (
    TradeRecord,
    TradeResult,
    find_trade,
    trade_of,
    trades_of_run,
)
from the_alchemiser.shared.table import Table
from the_alchemiser.shared.trade_message import TradeMessage


class TradeStore:
    """Keeps the trades of all runs."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def read(self, run_id: str, trade_id: str) -> TradeRecord:
        """Read a trade; one that no run knows is an error."""
        record = find_trade(self._table, run_id, trade_id)
        if record is None:
            raise PermanentError(f"run {run_id} has no trade {trade_id}, or is over for a day")
        return record

    def of_run(self, run_id: str) -> list[TradeRecord]:
        """Read all trades of a run."""
        return trades_of_run(self._table, run_id)

    def start(self, message: TradeMessage) -> bool:
        """Mark a trade as running; False if it was decided meanwhile."""
        change = trade_changes.start(message, self._clock.now())
        return self._table.change(change) is not None

    def pin_quantity(self, message: TradeMessage, quantity: Decimal) -> Decimal:
        """Record how many shares are to be traded; the first to record decides for all."""
        changed = self._table.change(trade_changes.pin_quantity(message, quantity))
        pinned = None if changed is None else trade_of(changed).intended_quantity
        if pinned is None:
            raise PermanentError(f"the record of trade {message.trade_id} is gone")
        return pinned

    def decide(self, message: TradeMessage, result: TradeResult) -> TradeRecord:
        """Record how a trade ended, unless it is recorded; give what is recorded."""
        self._table.change(trade_changes.decide(message, result, self._clock.now()))
        return self.read(message.run_id, message.trade_id)

    def note_error(self, message: TradeMessage, error: str) -> None:
        """Record why a delivery failed, for whoever finds the run hanging."""
        self._table.change(trade_changes.note_error(message, error))

    def mark_queued(self, message: TradeMessage) -> None:
        """Record that a waiting buy is on the queue."""
        self._table.change(trade_changes.enqueue_waiting(message, self._clock.now()))

    def mark_told(self, message: TradeMessage) -> None:
        """Record that a trade's event was published."""
        self._table.change(trade_changes.tell(message, self._clock.now()))
