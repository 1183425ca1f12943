"""Shares of filled orders, as the ledger keeps them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from tests.fakes import MONDAY
from the_alchemiser.shared.ledger import StrategyTrade
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
