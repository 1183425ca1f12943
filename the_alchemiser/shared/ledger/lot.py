"""One lot as an item: shares that a strategy bought, and what was sold of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from the_alchemiser.shared.lots import Lot
from the_alchemiser.shared.table import Change, Item, Table

LOT_PREFIX = "LOT#"
LOTS_BY_SYMBOL = "GSI6"
"""Index that finds a symbol's lots, open ones apart from closed ones."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LotExit:
    """What one sale took from a lot."""

    order_id: str
    quantity: Decimal
    price: Decimal
    sold_at: datetime
    pnl: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class LotEntry:
    """A lot in the ledger."""

    lot: Lot
    entry_order_id: str
    realized_pnl: Decimal = Decimal(0)
    exits: tuple[LotExit, ...] = ()
    actions: frozenset[str] = frozenset()
    """Ids of the corporate actions that have changed it."""

    def was_sold_by(self, order_id: str) -> bool:
        """Tell whether an order's sale was taken from the lot already."""
        return any(each.order_id == order_id for each in self.exits)


def lot_key(lot_id: str) -> dict[str, str]:
    """Give the key of a lot."""
    return {"PK": f"{LOT_PREFIX}{lot_id}", "SK": "METADATA"}


def find_lot(table: Table, lot_id: str) -> LotEntry | None:
    """Read a lot as it is now."""
    item = table.get(lot_key(lot_id))
    return None if item is None else lot_of(item)


def open_lots(table: Table, symbol: str) -> list[Lot]:
    """Read the lots of a symbol that have shares left.

    The index finds them, the items themselves say what is left: an index may lag behind.
    """
    found = table.indexed(LOTS_BY_SYMBOL, f"SYMBOL_LOTS#{symbol}", "OPEN#")
    entries = [find_lot(table, item["lot_id"]) for item in found]
    return [entry.lot for entry in entries if entry is not None and entry.lot.is_open]


def lot_item(entry: LotEntry) -> Item:
    """Write a lot."""
    lot = entry.lot
    orders = {each.order_id for each in entry.exits}
    return {
        **lot_key(lot.lot_id),
        **_index_keys(lot),
        "lot_id": lot.lot_id,
        "strategy_name": lot.strategy,
        "symbol": lot.symbol,
        "entry_order_id": entry.entry_order_id,
        "entry_price": lot.entry_price,
        "entry_qty": lot.quantity,
        "entry_timestamp": lot.opened_at.isoformat(),
        "remaining_qty": lot.remaining,
        "is_open": lot.is_open,
        "exit_records": [_exit_item(each) for each in entry.exits],
        "realized_pnl": entry.realized_pnl,
        **({"exit_order_ids": orders} if orders else {}),
        **({"action_ids": set(entry.actions)} if entry.actions else {}),
    }


def lot_of(item: Item) -> LotEntry:
    """Read a lot."""
    return LotEntry(
        lot=Lot(
            lot_id=item["lot_id"],
            strategy=item["strategy_name"],
            symbol=item["symbol"],
            opened_at=datetime.fromisoformat(item["entry_timestamp"]),
            entry_price=item["entry_price"],
            quantity=item["entry_qty"],
            remaining=item["remaining_qty"],
        ),
        entry_order_id=item["entry_order_id"],
        realized_pnl=item["realized_pnl"],
        exits=tuple(_exit_of(each) for each in item["exit_records"]),
        actions=frozenset(item.get("action_ids", ())),
    )


def sell_from_lot(lot: Lot, exit_: LotExit) -> Change:
    """Take a sale from a lot that still has what it had when the sale was booked, once."""
    after = replace(lot, remaining=lot.remaining - exit_.quantity)
    keys = _index_keys(after)
    return Change(
        key=lot_key(lot.lot_id),
        update=(
            "SET remaining_qty = :after, is_open = :open, GSI5SK = :by_strategy, "
            "GSI6SK = :by_symbol, realized_pnl = realized_pnl + :pnl, "
            "exit_records = list_append(exit_records, :record) ADD exit_order_ids :orders"
        ),
        values={
            ":before": lot.remaining,
            ":after": after.remaining,
            ":open": after.is_open,
            ":by_strategy": keys["GSI5SK"],
            ":by_symbol": keys["GSI6SK"],
            ":pnl": exit_.pnl,
            ":record": [_exit_item(exit_)],
            ":orders": {exit_.order_id},
            ":order": exit_.order_id,
        },
        condition="remaining_qty = :before AND NOT contains(exit_order_ids, :order)",
    )


def restate_lot(before: Lot, after: Lot, action_id: str) -> Change:
    """Let a corporate action change a lot's shares, price or symbol, once."""
    keys = _index_keys(after)
    return Change(
        key=lot_key(before.lot_id),
        update=(
            "SET symbol = :symbol, entry_price = :price, entry_qty = :quantity, "
            "remaining_qty = :after, GSI5SK = :by_strategy, GSI6PK = :of_symbol, "
            "GSI6SK = :by_symbol ADD action_ids :actions"
        ),
        values={
            ":symbol": after.symbol,
            ":price": after.entry_price,
            ":quantity": after.quantity,
            ":before": before.remaining,
            ":after": after.remaining,
            ":by_strategy": keys["GSI5SK"],
            ":of_symbol": keys["GSI6PK"],
            ":by_symbol": keys["GSI6SK"],
            ":actions": {action_id},
            ":action": action_id,
        },
        condition="remaining_qty = :before AND NOT contains(action_ids, :action)",
    )


def _index_keys(lot: Lot) -> dict[str, str]:
    state, opened = "OPEN" if lot.is_open else "CLOSED", lot.opened_at.isoformat()
    return {
        "GSI5PK": f"STRATEGY_LOTS#{lot.strategy}",
        "GSI5SK": f"{state}#{lot.symbol}#{opened}",
        "GSI6PK": f"SYMBOL_LOTS#{lot.symbol}",
        "GSI6SK": f"{state}#{lot.strategy}#{opened}",
    }


def _exit_item(exit_: LotExit) -> Item:
    return {
        "order_id": exit_.order_id,
        "quantity": exit_.quantity,
        "price": exit_.price,
        "timestamp": exit_.sold_at.isoformat(),
        "pnl": exit_.pnl,
    }


def _exit_of(item: Item) -> LotExit:
    return LotExit(
        order_id=item["order_id"],
        quantity=item["quantity"],
        price=item["price"],
        sold_at=datetime.fromisoformat(item["timestamp"]),
        pnl=item["pnl"],
    )
