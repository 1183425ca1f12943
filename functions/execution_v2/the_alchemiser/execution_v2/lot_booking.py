"""What a fill does to the strategies' lots.

Each strategy is to own its part of the position. A purchase goes to those that own less, a sale
comes from those that own more, and both meet the fill to the last share.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from the_alchemiser.shared.apportionment import NOBODY, apportion, apportion_sale
from the_alchemiser.shared.ids import derived_id
from the_alchemiser.shared.ledger.filled_order import FilledOrder
from the_alchemiser.shared.lots import Lot, Side, sell

NOTHING = Decimal(0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Closure:
    """What one sale takes from one lot."""

    lot_id: str
    strategy: str
    quantity: Decimal
    entry_price: Decimal
    remaining: Decimal
    """Shares left in the lot afterwards."""
    pnl: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class Booking:
    """One fill, divided among strategies."""

    order_id: str
    symbol: str
    side: Side
    quantity: Decimal
    price: Decimal
    parts: dict[str, Decimal]
    """Strategy -> shares; they sum to the fill."""
    opened: tuple[Lot, ...] = ()
    closed: tuple[Closure, ...] = ()
    unmatched: Decimal = NOTHING
    """Shares sold, or bought back, that no lot accounts for."""


def book_fill(
    fill: FilledOrder,
    weights: Mapping[str, Decimal],
    lots: Sequence[Lot],
    *,
    is_cover: bool = False,
) -> Booking:
    """Divide a fill by the strategies' weights in the position and by what they hold.

    What was short belongs to nobody and has no lot, so buying it back opens none.
    """
    if is_cover:
        return _booking(fill, {NOBODY: fill.quantity}, unmatched=fill.quantity)
    owned = {name: weight for name, weight in weights.items() if weight > 0}
    return _bought(fill, owned, lots) if fill.side is Side.BUY else _sold(fill, owned, lots)


def _bought(fill: FilledOrder, weights: Mapping[str, Decimal], lots: Sequence[Lot]) -> Booking:
    held = held_by(lots)
    wanted = _wanted(weights, sum(held.values(), NOTHING) + fill.quantity)
    missing = {name: wanted[name] - held.get(name, NOTHING) for name in wanted}
    claims = _positive(missing) or weights or {NOBODY: Decimal(1)}
    parts = apportion(fill.quantity, claims)
    opened = tuple(
        Lot(
            lot_id=derived_id("lot", fill.order_id, strategy),
            strategy=strategy,
            symbol=fill.symbol,
            opened_at=fill.filled_at,
            entry_price=fill.price,
            quantity=part,
            remaining=part,
        )
        for strategy, part in parts.items()
    )
    return _booking(fill, parts, opened=opened)


def _sold(fill: FilledOrder, weights: Mapping[str, Decimal], lots: Sequence[Lot]) -> Booking:
    held = held_by(lots)
    wanted = _wanted(weights, max(sum(held.values(), NOTHING) - fill.quantity, NOTHING))
    surplus = _positive({name: held[name] - wanted.get(name, NOTHING) for name in held})
    parts = apportion_sale(fill.quantity, surplus or weights or {NOBODY: Decimal(1)}, held)
    closed: list[Closure] = []
    unmatched = NOTHING
    for strategy, part in parts.items():
        sale = sell([lot for lot in lots if lot.strategy == strategy], part, fill.price)
        remaining = {lot.lot_id: lot.remaining for lot in sale.lots}
        unmatched += sale.unmatched
        closed.extend(
            Closure(
                lot_id=match.lot_id,
                strategy=strategy,
                quantity=match.quantity,
                entry_price=match.entry_price,
                remaining=remaining[match.lot_id],
                pnl=match.pnl,
            )
            for match in sale.matches
        )
    return _booking(fill, parts, closed=tuple(closed), unmatched=unmatched)


def held_by(lots: Sequence[Lot]) -> dict[str, Decimal]:
    """Give the shares that each strategy holds in lots."""
    held: dict[str, Decimal] = {}
    for lot in lots:
        if lot.is_open:
            held[lot.strategy] = held.get(lot.strategy, NOTHING) + lot.remaining
    return held


def _wanted(weights: Mapping[str, Decimal], position: Decimal) -> dict[str, Decimal]:
    total = sum(weights.values(), NOTHING)
    return {name: weight / total * position for name, weight in weights.items()}


def _positive(amounts: Mapping[str, Decimal]) -> dict[str, Decimal]:
    return {name: amount for name, amount in amounts.items() if amount > 0}


def _booking(
    fill: FilledOrder,
    parts: dict[str, Decimal],
    *,
    opened: tuple[Lot, ...] = (),
    closed: tuple[Closure, ...] = (),
    unmatched: Decimal = NOTHING,
) -> Booking:
    return Booking(
        order_id=fill.order_id,
        symbol=fill.symbol,
        side=fill.side,
        quantity=fill.quantity,
        price=fill.price,
        parts=parts,
        opened=opened,
        closed=closed,
        unmatched=unmatched,
    )
