"""Runs that somebody has to look at, found among all items."""

from __future__ import annotations

from the_alchemiser.shared.run_record.run import METADATA, RUN_PREFIX, Run, run_of
from the_alchemiser.shared.run_record.run_changes import IS_DECIDED, STATUS
from the_alchemiser.shared.run_record.states import RunStatus
from the_alchemiser.shared.table import Table


def opened_runs(table: Table) -> list[Run]:
    """Read every run that portfolio opened."""
    items = table.scan(
        "SK = :metadata AND begins_with(PK, :run) AND attribute_exists(updated_s)",
        {":metadata": METADATA, ":run": RUN_PREFIX},
    )
    return [run_of(item) for item in items]


def unconcluded_runs(table: Table) -> list[Run]:
    """Read runs that are decided and announced but open, or whose last event may not be out."""
    items = table.scan(
        "begins_with(PK, :runs) AND SK = :metadata AND (outcome_sent = :unsent OR"
        f" (#status IN (:selling, :buying) AND attribute_exists(announced_at) AND {IS_DECIDED}))",
        {
            ":runs": RUN_PREFIX,
            ":metadata": METADATA,
            ":unsent": False,
            ":selling": RunStatus.SELL_PHASE,
            ":buying": RunStatus.BUY_PHASE,
        },
        names=STATUS,
    )
    return [run_of(item) for item in items]
