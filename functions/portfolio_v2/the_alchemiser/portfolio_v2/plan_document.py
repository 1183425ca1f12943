"""A plan as JSON, and as the event that tells of it."""

from __future__ import annotations

import heapq
from decimal import Decimal
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from the_alchemiser.portfolio_v2.plan import Action, PlanItem
from the_alchemiser.portfolio_v2.rebalance_plan import RebalancePlan
from the_alchemiser.shared.events.envelope import EventStamp
from the_alchemiser.shared.events.portfolio import AllocationComparison, RebalancePlanned
from the_alchemiser.shared.money import Exact, Symbol

MOST_COMPARED = 200
"""Symbols that the event compares, by how far they are from their targets: a bus takes 256 KB."""


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
    largest = heapq.nlargest(MOST_COMPARED, plan.items, key=_difference)
    return RebalancePlanned(
        **{**envelope, "timestamp": plan.timestamp},
        metadata={"run_id": plan.run_id, "plan_id": plan.plan_id},
        rebalance_plan=_summary(plan),
        allocation_comparison=AllocationComparison(
            target_values={Symbol(item.symbol): Exact(item.target_value) for item in largest},
            current_values={Symbol(item.symbol): Exact(item.current_value) for item in largest},
            deltas={
                Symbol(item.symbol): Exact(item.target_value - item.current_value)
                for item in largest
            },
        ),
        trades_required=bool(plan.trades),
    )


def _difference(item: PlanItem) -> Decimal:
    return abs(item.target_value - item.current_value)


def _summary(plan: RebalancePlan) -> dict[str, Any]:
    """Name the plan and what it comes to; its items lie in the table under these names."""
    return {
        "plan_id": plan.plan_id,
        "run_id": plan.run_id,
        "correlation_id": plan.correlation_id,
        "timestamp": plan.timestamp.isoformat(),
        "total_portfolio_value": str(plan.total_portfolio_value),
        "total_trade_value": str(plan.total_trade_value),
        "cash_balance": str(plan.cash_balance),
        "position_count": plan.position_count,
        "min_trade_threshold": str(plan.min_trade_threshold),
        "max_equity_limit_usd": str(plan.max_equity_limit_usd),
        **{action.name.lower(): _side(plan, action) for action in Action},
        "left_out": len(plan.left_out),
    }


def _side(plan: RebalancePlan, action: Action) -> dict[str, Any]:
    items = [item for item in plan.items if item.action is action]
    amount = sum((abs(item.trade_amount) for item in items), Decimal(0))
    return {"count": len(items), "amount": str(amount)}
