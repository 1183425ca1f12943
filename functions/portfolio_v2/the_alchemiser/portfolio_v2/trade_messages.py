"""The messages that a plan's trades become."""

from __future__ import annotations

from decimal import Decimal

from the_alchemiser.portfolio_v2.plan import PlanItem
from the_alchemiser.portfolio_v2.rebalance_plan import RebalancePlan, trade_id_of
from the_alchemiser.shared.lots import Side
from the_alchemiser.shared.money import Exact, Money, Symbol
from the_alchemiser.shared.trade_message import TradeMessage

FIRST_SEQUENCE = {Side.SELL: 1000, Side.BUY: 2000}


def messages_of(plan: RebalancePlan, planned_event_id: str) -> tuple[TradeMessage, ...]:
    """Give a plan's trades in the order of the plan; the same plan gives the same messages."""
    return tuple(_message(item, plan, planned_event_id) for item in plan.trades)


def _message(item: PlanItem, plan: RebalancePlan, planned_event_id: str) -> TradeMessage:
    side = Side(item.action.value)
    phase = Side.SELL if item.is_cover else side
    is_exit = item.is_exit and phase is Side.SELL
    return TradeMessage(
        run_id=plan.run_id,
        trade_id=trade_id_of(plan.run_id, item.symbol),
        plan_id=plan.plan_id,
        correlation_id=plan.correlation_id,
        causation_id=planned_event_id,
        strategy_id=plan.strategy_id,
        strategy_weights=_weights(plan.strategy_attribution.get(item.symbol, {})),
        symbol=Symbol(item.symbol),
        action=side,
        trade_amount=Money(item.trade_amount),
        current_weight=Exact(item.current_weight),
        target_weight=Exact(item.target_weight),
        target_value=Money(item.target_value),
        current_value=Money(item.current_value),
        priority=item.priority,
        phase=phase,
        sequence_number=FIRST_SEQUENCE[phase] + item.priority,
        is_complete_exit=is_exit,
        is_full_liquidation=is_exit,
        estimated_price=Exact(item.price),
        total_portfolio_value=Money(plan.total_portfolio_value),
        total_run_trades=len(plan.trades),
        run_timestamp=plan.timestamp,
    )


def _weights(weights: dict[str, Decimal]) -> dict[str, Exact]:
    return {strategy: Exact(weight) for strategy, weight in weights.items()}
