"""Reads the result of a run where its parts are kept: events, plan, ledger, broker's books."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any

from local.day.observations import ObservedEvent
from local.day.result import FillLine, PlanLine, PositionLine, Profit, Signal
from local.day.stack import LocalStack
from the_alchemiser.shared.apportionment import in_cents
from the_alchemiser.shared.ledger.corporate_action import all_strategy_actions
from the_alchemiser.shared.ledger.strategy_trade import StrategyTrade, all_strategy_trades
from the_alchemiser.shared.lot_actions import StrategyAction
from the_alchemiser.shared.lots import Holdings, replay
from the_alchemiser.shared.performance import performances
from the_alchemiser.shared.plan_record import find_plan

NOTHING = Decimal(0)


def signals_in(events: Sequence[ObservedEvent]) -> tuple[Signal, ...]:
    """Give what each strategy wanted, in the order of the allocations."""
    told = {
        event.detail["strategy_number"]: event.detail
        for event in events
        if event.name == "PartialSignalGenerated"
    }
    return tuple(
        Signal(
            strategy=PurePosixPath(detail["dsl_file"]).stem,
            allocation=Decimal(detail["allocation"]),
            target_weights={
                symbol: Decimal(weight)
                for symbol, weight in detail["consolidated_portfolio"]["target_allocations"].items()
            },
        )
        for _, detail in sorted(told.items())
    )


def plan_lines(plan: Mapping[str, Any] | None) -> tuple[PlanLine, ...]:
    """Give what a plan wants of each symbol, sells first."""
    return tuple(_plan_line(item) for item in (plan or {}).get("items", ()))


def _plan_line(item: Mapping[str, Any]) -> PlanLine:
    return PlanLine(
        symbol=item["symbol"],
        action=item["action"],
        amount=Decimal(item["trade_amount"]),
        current_value=Decimal(item["current_value"]),
        target_value=Decimal(item["target_value"]),
    )


def fills_since(books: Mapping[str, Any], count_before: int) -> tuple[FillLine, ...]:
    """Give the executions of the broker that are not among the first ones."""
    return tuple(
        FillLine(
            order_id=fill["order_id"],
            symbol=fill["symbol"],
            side=fill["side"],
            quantity=Decimal(fill["quantity"]),
            price=Decimal(fill["price"]),
        )
        for fill in books["fills"][count_before:]
    )


def positions_beside(
    plan: Mapping[str, Any] | None, books: Mapping[str, Any], prices: Mapping[str, Decimal]
) -> tuple[PositionLine, ...]:
    """Set each holding beside its target; without a plan there are no targets."""
    items = {item["symbol"]: item for item in (plan or {}).get("items", ())}
    held = {symbol: Decimal(text) for symbol, text in books["positions"].items()}
    lines = []
    for symbol in sorted(items.keys() | held.keys()):
        price = Decimal(items[symbol]["price"]) if symbol in items else prices[symbol]
        target = Decimal(items[symbol]["target_value"]) if symbol in items else NOTHING
        quantity = held.get(symbol, NOTHING)
        if quantity or target:
            lines.append(
                PositionLine(
                    symbol=symbol,
                    quantity=quantity,
                    value=quantity * price,
                    target_value=target,
                )
            )
    return tuple(lines)


def kept_plan(stack: LocalStack, correlation_id: str) -> Mapping[str, Any] | None:
    """Read the plan of a run, with the prices that it was made with."""
    record = find_plan(stack.table("rebalance-plans"), correlation_id)
    plan: Mapping[str, Any] | None = None if record is None else json.loads(record.plan)
    return plan


def ledger_trades(stack: LocalStack) -> tuple[StrategyTrade, ...]:
    """Read every strategy's part of every filled order."""
    return tuple(all_strategy_trades(stack.table("trade-ledger")))


def ledger_actions(stack: LocalStack) -> tuple[StrategyAction, ...]:
    """Read every strategy's part in splits, dividends and new symbols."""
    return tuple(all_strategy_actions(stack.table("trade-ledger")))


def profits_of(
    trades: Sequence[StrategyTrade],
    actions: Sequence[StrategyAction],
    prices: Mapping[str, Decimal],
) -> tuple[Profit, ...]:
    """Give each strategy's profit at these prices; the cents sum to the whole."""
    records = {item.strategy: item for item in performances(trades, actions)}
    names = list(records)
    held = {
        name: replay(
            [trade.fill for trade in trades if trade.strategy == name],
            [action for action in actions if action.strategy == name],
        )
        for name in names
    }
    realized = in_cents({name: records[name].realized_pnl for name in names})
    unrealized = in_cents({name: _unrealized(held[name], prices) for name in names})
    return tuple(
        Profit(strategy=name, realized=realized[name], unrealized=unrealized[name])
        for name in names
    )


def _unrealized(holdings: Holdings, prices: Mapping[str, Decimal]) -> Decimal:
    return sum(
        (lot.remaining * (prices[lot.symbol] - lot.entry_price) for lot in holdings.lots), NOTHING
    )
