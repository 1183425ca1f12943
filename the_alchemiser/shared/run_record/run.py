"""One run as an item: its model, and the one way to write and to read it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from the_alchemiser.shared.lots import Side
from the_alchemiser.shared.outbox import Outcome, outcome_item, outcome_of
from the_alchemiser.shared.run_record.states import KEPT, RunStatus
from the_alchemiser.shared.table import Item, Table

METADATA = "METADATA"
RUN_PREFIX = "RUN#"
NOTHING = Decimal(0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """A run as it stands. One that had nothing to trade is stored with the first seven fields."""

    run_id: str
    plan_id: str
    correlation_id: str
    status: RunStatus
    total_trades: int = 0
    completed_trades: int = 0
    """Trades that are decided, of whatever outcome."""
    succeeded_trades: int = 0
    failed_trades: int = 0
    skipped_trades: int = 0
    causation_id: str = ""
    current_phase: Side = Side.SELL
    sell_total: int = 0
    sell_completed: int = 0
    sell_succeeded_amount: Decimal = NOTHING
    sell_failed_amount: Decimal = NOTHING
    buy_total: int = 0
    buy_completed: int = 0
    buy_limit: Decimal = NOTHING
    """Dollars that all buys together may come to."""
    bought: Decimal = NOTHING
    """Dollars set aside for buys or spent on them."""
    portfolio_value: Decimal = NOTHING
    """What the account was worth when the run was planned."""
    funds: Decimal | None = None
    """Dollars that buys could take before anything was sold: cash, or what may be borrowed too."""
    buys_planned: Decimal = NOTHING
    """Dollars of all buys together, as planned."""
    sold_value: Decimal = NOTHING
    """Dollars that the first phase brought in, less what covering took."""
    left_out: dict[str, str] = field(default_factory=dict)
    """Symbols that the plan could not touch, and why."""
    capital_deployed_pct: Decimal | None = None
    """What execution last saw at the broker, or portfolio if nothing was traded."""
    planned_at: datetime | None = None
    opened_at: datetime | None = None
    updated_at: datetime | None = None
    """When something last moved, to the second."""
    announced_at: datetime | None = None
    enqueued_at: datetime | None = None
    buys_enqueued_at: datetime | None = None
    phase_changed_by: str | None = None
    """Who moved the run on to its buys, and has to release them."""
    reserved_trades: frozenset[str] = frozenset()
    """Symbols whose buys have dollars set aside: a run trades each symbol once."""
    counted_trades: frozenset[str] = frozenset()
    """Symbols whose trades are decided and counted."""
    failure_step: str | None = None
    failure_reason: str | None = None
    failure_told_at: datetime | None = None
    outcome: Outcome | None = None
    expires_s: int = 0

    @property
    def cause_id(self) -> str:
        """Id that becomes the causation id of what the run leads to."""
        return self.causation_id

    @property
    def is_decided(self) -> bool:
        """Whether every trade is decided."""
        return self.completed_trades >= self.total_trades

    @property
    def sells_are_done(self) -> bool:
        """Whether every sell is decided."""
        return self.sell_completed >= self.sell_total

    @property
    def funded_part(self) -> Decimal:
        """The part of each buy that there is money for, once the sells are decided."""
        if self.funds is None or self.buys_planned <= 0:
            return Decimal(1)
        there = max(self.funds + self.sold_value, NOTHING)
        return min(there / self.buys_planned, Decimal(1))

    @property
    def is_failure_told(self) -> bool:
        """Whether the run's failure was published."""
        return self.failure_told_at is not None

    def idle_s(self, now: datetime) -> float:
        """Give the seconds for which nothing has moved; none in a run that nobody opened."""
        return 0.0 if self.updated_at is None else (now - self.updated_at).total_seconds()

    @property
    def buys_released(self) -> bool:
        """Whether nobody has to queue the buys any more."""
        return self.buys_enqueued_at is not None or self.sell_total == 0


def run_key(run_id: str) -> dict[str, str]:
    """Give the key of a run's item."""
    return {"PK": f"{RUN_PREFIX}{run_id}", "SK": METADATA}


def find_run(table: Table, run_id: str) -> Run | None:
    """Read a run as it is now, or nothing if it was never opened."""
    item = table.get(run_key(run_id))
    return None if item is None else run_of(item)


def run_item(run: Run) -> Item:
    """Write a run that portfolio opened."""
    later = {
        "announced_at": _text(run.announced_at),
        "enqueued_at": _text(run.enqueued_at),
        "enqueued_buys_at": _text(run.buys_enqueued_at),
        "phase_changed_by": run.phase_changed_by,
        "reserved_trades": set(run.reserved_trades) or None,
        "counted_trades": set(run.counted_trades) or None,
        "failure_step": run.failure_step,
        "failure_reason": run.failure_reason,
        "failure_told_at": _text(run.failure_told_at),
    }
    return {
        **run_key(run.run_id),
        **_identity(run),
        "causation_id": run.causation_id,
        "status": str(run.status),
        "current_phase": str(run.current_phase),
        "sell_total": run.sell_total,
        "sell_completed": run.sell_completed,
        "sell_succeeded_amount": run.sell_succeeded_amount,
        "sell_failed_amount": run.sell_failed_amount,
        "buy_total": run.buy_total,
        "buy_completed": run.buy_completed,
        "max_equity_limit_usd": run.buy_limit,
        "cumulative_buy_succeeded_value": run.bought,
        "portfolio_value_usd": run.portfolio_value,
        "funds_usd": run.funds,
        "buys_planned_usd": run.buys_planned,
        "sold_value_usd": run.sold_value,
        "left_out": dict(run.left_out),
        "capital_deployed_pct": run.capital_deployed_pct,
        "run_timestamp": _text(run.planned_at),
        "created_at": _text(run.opened_at),
        "updated_s": None if run.updated_at is None else int(run.updated_at.timestamp()),
        "TTL": run.expires_s,
        **{name: value for name, value in later.items() if value is not None},
        **outcome_item(run.outcome),
    }


def quiet_run_attributes(run: Run, now: datetime) -> Item:
    """Give what is written of a run that nobody opened because it had nothing to trade."""
    return {**_identity(run), "TTL": int((now + KEPT).timestamp())}


def run_of(item: Item) -> Run:
    """Read a run's item."""
    updated_s = item.get("updated_s")
    return Run(
        run_id=item["run_id"],
        plan_id=item["plan_id"],
        correlation_id=item["correlation_id"],
        causation_id=item.get("causation_id", ""),
        status=RunStatus(item["status"]),
        total_trades=int(item["total_trades"]),
        completed_trades=int(item["completed_trades"]),
        succeeded_trades=int(item["succeeded_trades"]),
        failed_trades=int(item["failed_trades"]),
        skipped_trades=int(item["skipped_trades"]),
        current_phase=Side(item.get("current_phase", Side.SELL)),
        sell_total=int(item.get("sell_total", 0)),
        sell_completed=int(item.get("sell_completed", 0)),
        sell_succeeded_amount=item.get("sell_succeeded_amount", NOTHING),
        sell_failed_amount=item.get("sell_failed_amount", NOTHING),
        buy_total=int(item.get("buy_total", 0)),
        buy_completed=int(item.get("buy_completed", 0)),
        buy_limit=item.get("max_equity_limit_usd", NOTHING),
        bought=item.get("cumulative_buy_succeeded_value", NOTHING),
        portfolio_value=item.get("portfolio_value_usd", NOTHING),
        funds=item.get("funds_usd"),
        buys_planned=item.get("buys_planned_usd", NOTHING),
        sold_value=item.get("sold_value_usd", NOTHING),
        left_out=dict(item.get("left_out", {})),
        capital_deployed_pct=item.get("capital_deployed_pct"),
        planned_at=_moment(item, "run_timestamp"),
        opened_at=_moment(item, "created_at"),
        updated_at=None if updated_s is None else datetime.fromtimestamp(int(updated_s), tz=UTC),
        announced_at=_moment(item, "announced_at"),
        enqueued_at=_moment(item, "enqueued_at"),
        buys_enqueued_at=_moment(item, "enqueued_buys_at"),
        phase_changed_by=item.get("phase_changed_by"),
        reserved_trades=frozenset(item.get("reserved_trades", ())),
        counted_trades=frozenset(item.get("counted_trades", ())),
        failure_step=item.get("failure_step"),
        failure_reason=item.get("failure_reason"),
        failure_told_at=_moment(item, "failure_told_at"),
        outcome=outcome_of(item),
        expires_s=int(item["TTL"]),
    )


def _identity(run: Run) -> dict[str, Any]:
    return {
        "run_id": run.run_id,
        "plan_id": run.plan_id,
        "correlation_id": run.correlation_id,
        "total_trades": run.total_trades,
        "completed_trades": run.completed_trades,
        "succeeded_trades": run.succeeded_trades,
        "failed_trades": run.failed_trades,
        "skipped_trades": run.skipped_trades,
    }


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _moment(item: Item, name: str) -> datetime | None:
    text = item.get(name)
    return datetime.fromisoformat(text) if text else None
