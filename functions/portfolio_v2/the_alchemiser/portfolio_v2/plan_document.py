"""A plan as JSON, and as the event that tells of it."""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import TypeAdapter

from the_alchemiser.portfolio_v2.plan import PlanItem
from the_alchemiser.portfolio_v2.rebalance_plan import RebalancePlan
from the_alchemiser.shared.events.envelope import EventStamp
from the_alchemiser.shared.events.portfolio import AllocationComparison, RebalancePlanned
from the_alchemiser.shared.money import Exact, Symbol


@cache
def _adapter() -> TypeAdapter[RebalancePlan]:
    return TypeAdapter(RebalancePlan)


def to_json(plan: RebalancePlan) -> str:
    """Write a plan, decimals as strings."""
    return _adapter().dump_json(plan).decode()


def from_json(text: str) -> RebalancePlan:
    """Read a plan that `to_json` wrote."""
    return _adapter().validate_json(text)


def planned_event(plan: RebalancePlan, stamp: EventStamp) -> RebalancePlanned:
    """Make the event for a plan; for the same plan it has the same id each time."""
    envelope = stamp.derived("rebalance-planned", plan.correlation_id, plan.causation_id)
    return RebalancePlanned(
        **{**envelope, "timestamp": plan.timestamp},
        metadata={"run_id": plan.run_id, "plan_id": plan.plan_id},
        rebalance_plan=_document(plan),
        allocation_comparison=AllocationComparison(
            target_values={Symbol(item.symbol): Exact(item.target_value) for item in plan.items},
            current_values={Symbol(item.symbol): Exact(item.current_value) for item in plan.items},
            deltas={
                Symbol(item.symbol): Exact(item.target_value - item.current_value)
                for item in plan.items
            },
        ),
        trades_required=bool(plan.trades),
    )


def _document(plan: RebalancePlan) -> dict[str, Any]:
    document: dict[str, Any] = _adapter().dump_python(plan, mode="json")
    document["items"] = [_line(item) for item in plan.items]
    document["metadata"] = {
        "portfolio_value": str(plan.total_portfolio_value),
        "cash_balance": str(plan.cash_balance),
        "position_count": plan.position_count,
        "min_trade_threshold": str(plan.min_trade_threshold),
        "strategy_name": plan.strategy_name,
        "strategy_attribution": document.pop("strategy_attribution"),
    }
    return document


def _line(item: PlanItem) -> dict[str, Any]:
    names = ("trade_amount", "current_value", "target_value", "current_weight", "target_weight")
    numbers = {name: f"{getattr(item, name):f}" for name in (*names, "weight_diff")}
    return {
        "symbol": item.symbol,
        "action": item.action.value,
        "priority": item.priority,
        **numbers,
    }
