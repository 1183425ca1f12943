"""One filled order as an item: what was filled, and how it was divided among strategies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from the_alchemiser.shared.ledger.strategy_trade import TRADE_PREFIX
from the_alchemiser.shared.long_text import part_items, read_text, text_attributes
from the_alchemiser.shared.lots import Side
from the_alchemiser.shared.table import Change, Item, Table

BOOKING = "booking"


@dataclass(frozen=True, kw_only=True, slots=True)
class FilledOrder:
    """What one order at the broker came to."""

    order_id: str
    symbol: str
    side: Side
    quantity: Decimal
    price: Decimal
    filled_at: datetime
    order_type: str

    @property
    def value(self) -> Decimal:
        """Dollars paid or received."""
        return self.quantity * self.price


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderEntry:
    """A filled order in the ledger."""

    fill: FilledOrder
    correlation_id: str
    strategies: tuple[str, ...]
    """Who has a part in it."""
    weights: Mapping[str, Decimal]
    """Strategy -> fraction of the target position, as the trade's message said."""
    unmatched: Decimal
    """Shares sold that no lot accounts for."""
    booking: str
    """The division of the fill as JSON, from which an interrupted booking is finished."""
    is_booked: bool = False
    """Whether all that follows from the booking is written."""


def order_key(order_id: str) -> dict[str, str]:
    """Give the key of a filled order."""
    return {"PK": f"{TRADE_PREFIX}{order_id}", "SK": "METADATA"}


def find_order(table: Table, order_id: str) -> OrderEntry | None:
    """Read a filled order, or nothing if none of it was filled."""
    item = table.get(order_key(order_id))
    return None if item is None else order_of({**item, BOOKING: read_text(table, BOOKING, item)})


def enter_order(table: Table, entry: OrderEntry) -> bool:
    """Write a filled order unless it is in the ledger; tell whether it was written.

    A sale that closes a year of daily lots is divided in more words than an item holds.
    """
    partition = order_key(entry.fill.order_id)["PK"]
    for part in part_items(BOOKING, entry.booking, partition, None):
        table.put_new(part)
    return table.put_new(order_item(entry))


def order_item(entry: OrderEntry) -> Item:
    """Write a filled order."""
    fill = entry.fill
    moment = f"{TRADE_PREFIX}{fill.filled_at.isoformat()}#{fill.order_id}"
    return {
        **order_key(fill.order_id),
        "GSI1PK": f"CORR#{entry.correlation_id}",
        "GSI1SK": moment,
        "GSI2PK": f"SYMBOL#{fill.symbol}",
        "GSI2SK": moment,
        "order_id": fill.order_id,
        "ledger_id": fill.order_id,
        "symbol": fill.symbol,
        "direction": fill.side,
        "filled_qty": fill.quantity,
        "fill_price": fill.price,
        "fill_timestamp": fill.filled_at.isoformat(),
        "order_type": fill.order_type,
        "strategy_names": list(entry.strategies),
        "strategy_weights": dict(entry.weights),
        "correlation_id": entry.correlation_id,
        "unmatched_qty": entry.unmatched,
        **text_attributes(BOOKING, entry.booking),
        "is_booked": entry.is_booked,
    }


def order_of(item: Item) -> OrderEntry:
    """Read a filled order whose item holds its booking."""
    return OrderEntry(
        fill=FilledOrder(
            order_id=item["order_id"],
            symbol=item["symbol"],
            side=Side(item["direction"]),
            quantity=item["filled_qty"],
            price=item["fill_price"],
            filled_at=datetime.fromisoformat(item["fill_timestamp"]),
            order_type=item["order_type"],
        ),
        correlation_id=item["correlation_id"],
        strategies=tuple(item["strategy_names"]),
        weights=item["strategy_weights"],
        unmatched=item["unmatched_qty"],
        booking=item[BOOKING],
        is_booked=item["is_booked"],
    )


def mark_booked(order_id: str) -> Change:
    """Record that all that follows from an order's booking is written."""
    return Change(
        key=order_key(order_id),
        update="SET is_booked = :booked",
        values={":booked": True},
        condition="attribute_exists(PK)",
    )
