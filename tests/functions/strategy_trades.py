"""Shares of filled orders, as the ledger keeps them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from tests.fakes import MONDAY
from the_alchemiser.shared.ledger.filled_order import FilledOrder, OrderEntry
from the_alchemiser.shared.ledger.strategy_trade import StrategyTrade
from the_alchemiser.shared.lots import Side


def trade(strategy: str, side: Side, quantity: str, price: str, minute: int) -> StrategyTrade:
    return StrategyTrade(
        strategy=strategy,
        order_id=f"order-{minute}",
        symbol="SPY",
        side=side,
        quantity=Decimal(quantity),
        price=Decimal(price),
        weight=Decimal(1),
        realized_pnl=Decimal(0),
        filled_at=MONDAY + timedelta(minutes=minute),
        correlation_id="workflow-1",
    )


def filled_order(order_id: str, strategy: str) -> OrderEntry:
    """Give an order for two shares that is wholly one strategy's."""
    return OrderEntry(
        fill=FilledOrder(
            order_id=order_id,
            symbol="SPY",
            side=Side.BUY,
            quantity=Decimal(2),
            price=Decimal(400),
            filled_at=MONDAY,
            order_type="limit",
        ),
        correlation_id="workflow-1",
        strategies=(strategy,),
        weights={strategy: Decimal(1)},
        unmatched=Decimal(0),
        booking="{}",
        is_booked=True,
    )
