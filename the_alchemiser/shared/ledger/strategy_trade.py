"""One strategy's part of one filled order, as an item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from the_alchemiser.shared.lots import Fill, Side
from the_alchemiser.shared.table import Item, Table

STRATEGY_PREFIX = "STRATEGY#"
TRADE_PREFIX = "TRADE#"


@dataclass(frozen=True, kw_only=True, slots=True)
class StrategyTrade:
    """One strategy's part of one filled order."""

    strategy: str
    order_id: str
    symbol: str
    side: Side
    quantity: Decimal
    price: Decimal
    weight: Decimal
    """Fraction of the order that is this strategy's."""
    realized_pnl: Decimal
    """Profit or loss of what a SELL closed; zero for a BUY."""
    filled_at: datetime
    correlation_id: str

    @property
    def value(self) -> Decimal:
        """Dollars paid or received."""
        return self.quantity * self.price

    @property
    def fill(self) -> Fill:
        """The same as a fill, for the lots to be computed anew."""
        return Fill(
            fill_id=self.order_id,
            strategy=self.strategy,
            symbol=self.symbol,
            side=self.side,
            quantity=self.quantity,
            price=self.price,
            filled_at=self.filled_at,
        )


def strategy_trades(table: Table, strategy: str) -> list[StrategyTrade]:
    """Read one strategy's parts of all orders, in the order of their fills."""
    items = table.items(f"{STRATEGY_PREFIX}{strategy}", TRADE_PREFIX)
    return [strategy_trade_of(item) for item in items]


def all_strategy_trades(table: Table) -> list[StrategyTrade]:
    """Read every strategy's parts of all orders."""
    items = table.scan(
        "begins_with(PK, :strategies) AND begins_with(SK, :trades)",
        {":strategies": STRATEGY_PREFIX, ":trades": TRADE_PREFIX},
    )
    return [strategy_trade_of(item) for item in items]


def strategy_trade_item(trade: StrategyTrade) -> Item:
    """Write a strategy's part of an order."""
    place = f"{TRADE_PREFIX}{trade.filled_at.isoformat()}#{trade.order_id}"
    return {
        "PK": f"{STRATEGY_PREFIX}{trade.strategy}",
        "SK": place,
        "GSI3PK": f"{STRATEGY_PREFIX}{trade.strategy}",
        "GSI3SK": place,
        "strategy_name": trade.strategy,
        "order_id": trade.order_id,
        "symbol": trade.symbol,
        "direction": trade.side,
        "quantity": trade.quantity,
        "price": trade.price,
        "weight": trade.weight,
        "strategy_trade_value": trade.value,
        "realized_pnl": trade.realized_pnl,
        "fill_timestamp": trade.filled_at.isoformat(),
        "correlation_id": trade.correlation_id,
    }


def strategy_trade_of(item: Mapping[str, Any]) -> StrategyTrade:
    """Read a strategy's part of an order."""
    return StrategyTrade(
        strategy=item["strategy_name"],
        order_id=item["order_id"],
        symbol=item["symbol"],
        side=Side(item["direction"]),
        quantity=item["quantity"],
        price=item["price"],
        weight=item["weight"],
        realized_pnl=item["realized_pnl"],
        filled_at=datetime.fromisoformat(item["fill_timestamp"]),
        correlation_id=item["correlation_id"],
    )
