"""The ledger in DynamoDB: each fill booked once, however often and wherever it is interrupted.

First the order's item is written with the whole booking in it; only one writer can. Every further
item follows from that booking and is written under a condition of its own, so whoever repeats it
writes what is still missing and nothing else.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache

from pydantic import TypeAdapter

from the_alchemiser.execution_v2.lot_booking import Booking, Closure, book_fill
from the_alchemiser.execution_v2.ports import FilledOrder
from the_alchemiser.shared.errors import PermanentError
from the_alchemiser.shared.ledger import (
    StrategyTrade,
    lot_index_keys,
    lot_item,
    lot_key,
    lot_of,
    strategy_trade_item,
    trade_key,
)
from the_alchemiser.shared.lots import Lot
from the_alchemiser.shared.table import Change, Item, Table


@cache
def _adapter() -> TypeAdapter[Booking]:
    return TypeAdapter(Booking)


class LedgerStore:
    """Books fills into orders, strategies' trades and lots."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def book(self, fill: FilledOrder, weights: dict[str, Decimal], correlation_id: str) -> None:
        """Book an order's fill; a repetition changes nothing."""
        item = self._table.get(trade_key(fill.order_id))
        if item is None:
            booking = book_fill(fill, weights, self.open_lots(fill.symbol))
            self._table.put_new(_trade_item(fill, booking, weights, correlation_id))
            item = self._table.get(trade_key(fill.order_id)) or {}
        if item.get("is_booked"):
            return
        self._apply(_adapter().validate_json(item["booking"]), fill, correlation_id)

    def open_lots(self, symbol: str) -> list[Lot]:
        """Read the lots of a symbol that have shares left.

        The index finds them, the items themselves say what is left: an index may lag behind.
        """
        found = self._table.indexed("GSI6", f"SYMBOL_LOTS#{symbol}", "OPEN#")
        items = [self._table.get(lot_key(item["lot_id"])) for item in found]
        lots = [lot_of(item) for item in items if item is not None]
        return [lot for lot in lots if lot.is_open]

    def _apply(self, booking: Booking, fill: FilledOrder, correlation_id: str) -> None:
        for lot in booking.opened:
            self._table.put_new(lot_item(lot, booking.order_id))
        for closure in booking.closed:
            self._close(closure, fill)
        for trade in strategy_trades(booking, fill, correlation_id):
            self._table.put_new(strategy_trade_item(trade))
        self._table.change(
            Change(
                key=trade_key(booking.order_id),
                update="SET is_booked = :booked",
                values={":booked": True},
                condition="attribute_exists(PK)",
            )
        )

    def _close(self, closure: Closure, fill: FilledOrder) -> None:
        item = self._table.get(lot_key(closure.lot_id))
        if item is None:
            raise PermanentError(f"lot {closure.lot_id} is gone from the ledger")
        if fill.order_id in item.get("exit_order_ids", set()):
            return
        after = {**item, "remaining_qty": closure.remaining}
        keys = lot_index_keys(lot_of(after))
        change = Change(
            key=lot_key(closure.lot_id),
            update=(
                "SET remaining_qty = :after, is_open = :open, GSI5SK = :by_strategy, "
                "GSI6SK = :by_symbol, realized_pnl = realized_pnl + :pnl, "
                "exit_records = list_append(exit_records, :record) ADD exit_order_ids :orders"
            ),
            values={
                ":before": closure.remaining + closure.quantity,
                ":after": closure.remaining,
                ":open": closure.remaining > 0,
                ":by_strategy": keys["GSI5SK"],
                ":by_symbol": keys["GSI6SK"],
                ":pnl": closure.pnl,
                ":record": [_exit_record(closure, fill)],
                ":orders": {fill.order_id},
                ":order": fill.order_id,
            },
            condition="remaining_qty = :before AND NOT contains(exit_order_ids, :order)",
        )
        if self._table.change(change) is None:
            self._require_closed(closure, fill)

    def _require_closed(self, closure: Closure, fill: FilledOrder) -> None:
        item = self._table.get(lot_key(closure.lot_id)) or {}
        if fill.order_id not in item.get("exit_order_ids", set()):
            raise PermanentError(
                f"lot {closure.lot_id} has {item.get('remaining_qty')} shares left, expected "
                f"{closure.remaining + closure.quantity} to book order {fill.order_id}"
            )


def strategy_trades(
    booking: Booking, fill: FilledOrder, correlation_id: str
) -> tuple[StrategyTrade, ...]:
    """Give each strategy's part of a booked fill."""
    return tuple(
        StrategyTrade(
            strategy=strategy,
            order_id=booking.order_id,
            symbol=booking.symbol,
            side=booking.side,
            quantity=part,
            price=booking.price,
            weight=(part / booking.quantity).quantize(Decimal("0.0000000001")),
            realized_pnl=sum(
                (each.pnl for each in booking.closed if each.strategy == strategy), Decimal(0)
            ),
            filled_at=fill.filled_at,
            correlation_id=correlation_id,
        )
        for strategy, part in booking.parts.items()
    )


def _trade_item(
    fill: FilledOrder, booking: Booking, weights: dict[str, Decimal], correlation_id: str
) -> Item:
    moment = f"TRADE#{fill.filled_at.isoformat()}#{fill.order_id}"
    return {
        **trade_key(fill.order_id),
        "GSI1PK": f"CORR#{correlation_id}",
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
        "strategy_names": sorted(booking.parts),
        "strategy_weights": dict(weights),
        "correlation_id": correlation_id,
        "unmatched_qty": booking.unmatched,
        "booking": _adapter().dump_json(booking).decode(),
        "is_booked": False,
    }


def _exit_record(closure: Closure, fill: FilledOrder) -> Item:
    return {
        "order_id": fill.order_id,
        "quantity": closure.quantity,
        "price": fill.price,
        "timestamp": fill.filled_at.isoformat(),
        "pnl": closure.pnl,
    }
