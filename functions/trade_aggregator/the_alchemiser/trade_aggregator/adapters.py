"""Runs in DynamoDB."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from the_alchemiser.shared.run_record.run import Run, find_run
from the_alchemiser.shared.run_record.run_scans import unconcluded_runs
from the_alchemiser.shared.run_record.trade import TradeRecord, trades_of_run
from the_alchemiser.shared.table import Table


class RunTable:
    """Runs as portfolio and execution record them."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, run_id: str) -> Run | None:
        """Read a run as it is now."""
        return find_run(self._table, run_id)

    def trades(self, run_id: str) -> Sequence[TradeRecord]:
        """Read a run's trades in the order of their execution."""
        return trades_of_run(self._table, run_id)

    def unfinished(self) -> Iterable[Run]:
        """Read runs that are decided and announced but open, or not settled."""
        return unconcluded_runs(self._table)
