"""What is recorded of a run, as execution reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from the_alchemiser.shared.runs import RunStatus
from the_alchemiser.shared.table import Item


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """A run as it stands."""

    run_id: str
    plan_id: str
    correlation_id: str
    causation_id: str
    status: RunStatus
    sell_total: int
    sell_completed: int
    buy_total: int
    total_trades: int
    completed_trades: int
    sell_failed_amount: Decimal
    buy_limit: Decimal
    bought: Decimal
    updated_at: datetime
    buys_released: bool
    phase_changed_by: str | None
    failure_step: str | None
    failure_reason: str | None
    failure_told: bool

    @property
    def cause_id(self) -> str:
        """Id that becomes the causation id of what the run leads to."""
        return self.causation_id

    @property
    def sells_are_done(self) -> bool:
        """Whether every sell is decided."""
        return self.sell_completed >= self.sell_total


def run_of(item: Item) -> Run:
    """Read a run's item."""
    return Run(
        run_id=item["run_id"],
        plan_id=item["plan_id"],
        correlation_id=item["correlation_id"],
        causation_id=item["causation_id"],
        status=RunStatus(item["status"]),
        sell_total=int(item["sell_total"]),
        sell_completed=int(item["sell_completed"]),
        buy_total=int(item["buy_total"]),
        total_trades=int(item["total_trades"]),
        completed_trades=int(item["completed_trades"]),
        sell_failed_amount=item["sell_failed_amount"],
        buy_limit=item["max_equity_limit_usd"],
        bought=item["cumulative_buy_succeeded_value"],
        updated_at=datetime.fromtimestamp(int(item["updated_s"]), tz=UTC),
        buys_released="enqueued_buys_at" in item or int(item["sell_total"]) == 0,
        phase_changed_by=item.get("phase_changed_by"),
        failure_step=item.get("failure_step"),
        failure_reason=item.get("failure_reason"),
        failure_told="failure_told_at" in item,
    )
