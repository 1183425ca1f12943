"""The trade ledger's items: execution writes them, metrics and reports read them.

| key | what |
| --- | --- |
| `TRADE#<order_id>` / `METADATA` | one filled order; GSI1 `CORR#<correlation_id>`, GSI2 `SYMBOL#<symbol>` |
| `STRATEGY#<name>` / `TRADE#<time>#<order_id>` | a strategy's part of it; GSI3 `STRATEGY#<name>` |
| `LOT#<lot_id>` / `METADATA` | shares bought and what was sold of them; GSI5 `STRATEGY_LOTS#<name>`, GSI6 `SYMBOL_LOTS#<symbol>`, both sorted by `OPEN#…` or `CLOSED#…` |
"""  # noqa: E501 (a table's rows cannot be broken)

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from the_alchemiser.shared.lots import Fill, Lot, Side
from the_alchemiser.shared.table import Item

METADATA = "METADATA"
STRATEGY_PREFIX = "STRATEGY#"
LOT_PREFIX = "LOT#"
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


def trade_key(order_id: str) -> dict[str, str]:
    """Give the key of a filled order."""
    return {"PK": f"{TRADE_PREFIX}{order_id}", "SK": METADATA}


def lot_key(lot_id: str) -> dict[str, str]:
    """Give the key of a lot."""
    return {"PK": f"{LOT_PREFIX}{lot_id}", "SK": METADATA}


def lot_index_keys(lot: Lot) -> dict[str, str]:
    """Give a lot's places in the indexes by strategy and by symbol."""
    state, opened = "OPEN" if lot.is_open else "CLOSED", lot.opened_at.isoformat()
    return {
        "GSI5PK": f"STRATEGY_LOTS#{lot.strategy}",
        "GSI5SK": f"{state}#{lot.symbol}#{opened}",
        "GSI6PK": f"SYMBOL_LOTS#{lot.symbol}",
        "GSI6SK": f"{state}#{lot.strategy}#{opened}",
    }


def lot_item(lot: Lot, order_id: str) -> Item:
    """Write a lot that an order opened."""
    return {
        **lot_key(lot.lot_id),
        **lot_index_keys(lot),
        "lot_id": lot.lot_id,
        "strategy_name": lot.strategy,
        "symbol": lot.symbol,
        "entry_order_id": order_id,
        "entry_price": lot.entry_price,
        "entry_qty": lot.quantity,
        "entry_timestamp": lot.opened_at.isoformat(),
        "remaining_qty": lot.remaining,
        "is_open": lot.is_open,
        "exit_records": [],
        "realized_pnl": Decimal(0),
    }


def lot_of(item: Mapping[str, Any]) -> Lot:
    """Read a lot; what it earned is in the item's `realized_pnl`."""
    return Lot(
        lot_id=item["lot_id"],
        strategy=item["strategy_name"],
        symbol=item["symbol"],
        opened_at=datetime.fromisoformat(item["entry_timestamp"]),
        entry_price=item["entry_price"],
        quantity=item["entry_qty"],
        remaining=item["remaining_qty"],
    )


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
