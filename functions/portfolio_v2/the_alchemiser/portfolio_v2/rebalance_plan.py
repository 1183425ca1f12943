"""A plan as it is kept: everything that its run and its messages follow from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from the_alchemiser.portfolio_v2.plan import Action, PlanItem
from the_alchemiser.shared.ids import derived_id


@dataclass(frozen=True, kw_only=True, slots=True)
class RebalancePlan:
    """One plan for one signal. What repeats the signal finds this plan and makes no other."""

    plan_id: str
    run_id: str
    correlation_id: str
    causation_id: str
    """Id of the signal."""
    timestamp: datetime
    items: tuple[PlanItem, ...]
    total_portfolio_value: Decimal
    total_trade_value: Decimal
    cash_balance: Decimal
    position_count: int
    min_trade_threshold: Decimal
    max_equity_limit_usd: Decimal
    """Most that the run's buys may come to: the account's equity times the deployed fraction."""
    capital_deployed_pct: Decimal | None
    """Fraction of the equity in long positions, before the run."""
    strategy_attribution: dict[str, dict[str, Decimal]]
    """Symbol -> strategy -> weight."""
    strategy_name: str
    strategy_id: str | None = None
    available_usd: Decimal | None = None
    """What buys could take before anything was sold."""
    left_out: dict[str, str] = field(default_factory=dict)
    """Symbols that the plan does not bring to their targets, and why."""
    max_drift_tolerance: Decimal = Decimal("0.05")
    """Recorded and applied nowhere: every difference above the minimum is traded."""
    execution_urgency: str = "NORMAL"

    @property
    def buys_usd(self) -> Decimal:
        """Dollars of all buys together; what covers a short position is none."""
        amounts = (i.trade_amount for i in self.items if i.action is Action.BUY and not i.is_cover)
        return sum(amounts, Decimal(0))

    @property
    def trades(self) -> tuple[PlanItem, ...]:
        """The items that need an order, sells first."""
        return tuple(item for item in self.items if item.action is not Action.HOLD)


def run_id_of(correlation_id: str) -> str:
    """Give the id of the one run that a correlation id may have."""
    return derived_id("run", correlation_id)


def plan_id_of(correlation_id: str, timestamp: datetime) -> str:
    """Name a plan by its run and by the moment of its signal."""
    return f"portfolio_v2_{correlation_id}_{int(timestamp.timestamp())}"


def trade_id_of(run_id: str, symbol: str) -> str:
    """Give the id of a run's one trade in a symbol."""
    return derived_id("trade", run_id, symbol)
