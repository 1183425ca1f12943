"""The ledger in DynamoDB: each fill booked once, however often and wherever it is interrupted.

First the order's item is written with the whole booking in it; only one writer can. Every further
item follows from that booking and is written under a condition of its own, so whoever repeats it
writes what is still missing and nothing else.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import cache

from pydantic import TypeAdapter

from the_alchemiser.execution_v2.lot_booking import Booking, Closure, book_fill
from the_alchemiser.shared.errors import PermanentError
from the_alchemiser.shared.ledger.filled_order import (
    FilledOrder,
    OrderEntry,
    enter_order,
    find_order,
    mark_booked,
)
from the_alchemiser.shared.ledger.lot import (
    LotEntry,
    LotExit,
    find_lot,
    lot_item,
    open_lots,
    sell_from_lot,
)
from the_alchemiser.shared.ledger.strategy_trade import StrategyTrade, strategy_trade_item
from the_alchemiser.shared.lots import Lot
from the_alchemiser.shared.table import Table


@cache
def _adapter() -> TypeAdapter[Booking]:
    return TypeAdapter(Booking)


class LedgerStore:
    """Books fills into orders, strategies' trades and lots."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def book(
        self,
        fill: FilledOrder,
        weights: dict[str, Decimal],
        correlation_id: str,
        *,
        is_cover: bool = False,
    ) -> None:
        """Book an order's fill; a repetition changes nothing."""
        entry = find_order(self._table, fill.order_id)
        if entry is None:
            booking = book_fill(fill, weights, self.open_lots(fill.symbol), is_cover=is_cover)
            wanted = OrderEntry(
                fill=fill,
                correlation_id=correlation_id,
                strategies=tuple(sorted(booking.parts)),
                weights=weights,
                unmatched=booking.unmatched,
                booking=_adapter().dump_json(booking).decode(),
            )
            is_first = enter_order(self._table, wanted)
            entry = wanted if is_first else find_order(self._table, fill.order_id)
        if entry is None:
            raise PermanentError(f"order {fill.order_id} is gone from the ledger")
        if not entry.is_booked:
            self._apply(_adapter().validate_json(entry.booking), fill, correlation_id)

    def open_lots(self, symbol: str) -> list[Lot]:
        """Read the lots of a symbol that have shares left."""
        return open_lots(self._table, symbol)

    def _apply(self, booking: Booking, fill: FilledOrder, correlation_id: str) -> None:
        for lot in booking.opened:
            self._table.put_new(lot_item(LotEntry(lot=lot, entry_order_id=booking.order_id)))
        for closure in booking.closed:
            self._close(closure, fill)
        for trade in strategy_trades(booking, fill, correlation_id):
            self._table.put_new(strategy_trade_item(trade))
        self._table.change(mark_booked(booking.order_id))

    def _close(self, closure: Closure, fill: FilledOrder) -> None:
        entry = find_lot(self._table, closure.lot_id)
        if entry is None:
            raise PermanentError(f"lot {closure.lot_id} is gone from the ledger")
        if entry.was_sold_by(fill.order_id):
            return
        expected = closure.remaining + closure.quantity
        exit_ = LotExit(
            order_id=fill.order_id,
            quantity=closure.quantity,
            price=fill.price,
            sold_at=fill.filled_at,
            pnl=closure.pnl,
        )
        change = sell_from_lot(replace(entry.lot, remaining=expected), exit_)
        if self._table.change(change) is None:
            self._require_sold(closure, fill)

    def _require_sold(self, closure: Closure, fill: FilledOrder) -> None:
        entry = find_lot(self._table, closure.lot_id)
        if entry is None or not entry.was_sold_by(fill.order_id):
            left = None if entry is None else entry.lot.remaining
            raise PermanentError(
                f"lot {closure.lot_id} has {left} shares left, expected "
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
