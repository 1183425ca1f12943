"""Lots: what was bought when and at what price, closed first in, first out.

Everything is exact; nothing here rounds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

NOTHING = Decimal(0)


class Side(StrEnum):
    """Which way a fill went."""

    BUY = "BUY"
    SELL = "SELL"


@dataclass(frozen=True, kw_only=True, slots=True)
class Lot:
    """Shares that one strategy bought at one price."""

    lot_id: str
    strategy: str
    symbol: str
    opened_at: datetime
    entry_price: Decimal
    quantity: Decimal
    """Shares bought."""
    remaining: Decimal
    """Shares not sold yet."""

    @property
    def is_open(self) -> bool:
        """Tell whether there is something left to sell."""
        return self.remaining > 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Match:
    """Part of a lot and the sale that closed it."""

    lot_id: str
    quantity: Decimal
    entry_price: Decimal
    exit_price: Decimal

    @property
    def pnl(self) -> Decimal:
        """Return profit, or loss when negative."""
        return (self.exit_price - self.entry_price) * self.quantity


@dataclass(frozen=True, kw_only=True, slots=True)
class Sale:
    """What a sale did to the lots that it met."""

    lots: tuple[Lot, ...]
    """All lots, with what the sale took subtracted."""
    matches: tuple[Match, ...]
    unmatched: Decimal
    """Shares sold that no lot accounts for, such as those held before the ledger began."""

    @property
    def pnl(self) -> Decimal:
        """Return the sum over the matches."""
        return sum((match.pnl for match in self.matches), NOTHING)


@dataclass(frozen=True, kw_only=True, slots=True)
class Fill:
    """One strategy's part of an executed order."""

    fill_id: str
    strategy: str
    symbol: str
    side: Side
    quantity: Decimal
    price: Decimal
    filled_at: datetime

    @property
    def value(self) -> Decimal:
        """Return dollars paid or received."""
        return self.quantity * self.price


class Restatement(Protocol):
    """What changes lots without a trade, such as a split."""

    @property
    def strategy(self) -> str:
        """Whose lots."""
        ...

    @property
    def symbol(self) -> str:
        """Of which symbol."""
        ...

    @property
    def at(self) -> datetime:
        """When, between the fills."""
        ...

    def restate(self, lots: Sequence[Lot]) -> Mapping[str, tuple[Lot, ...]]:
        """Give the lots as they are after it, by their symbol then."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Holdings:
    """What a sequence of fills amounts to."""

    lots: tuple[Lot, ...]
    matches: tuple[Match, ...]
    unmatched: Decimal

    @property
    def realised(self) -> Decimal:
        """Return profit and loss of everything that was closed."""
        return sum((match.pnl for match in self.matches), NOTHING)

    @property
    def position(self) -> Decimal:
        """Return the shares still held in lots."""
        return sum((lot.remaining for lot in self.lots), NOTHING)


def opened(fill: Fill) -> Lot:
    """Return the lot that a purchase opens."""
    return Lot(
        lot_id=fill.fill_id,
        strategy=fill.strategy,
        symbol=fill.symbol,
        opened_at=fill.filled_at,
        entry_price=fill.price,
        quantity=fill.quantity,
        remaining=fill.quantity,
    )


def sell(lots: Sequence[Lot], quantity: Decimal, price: Decimal) -> Sale:
    """Close lots, oldest first, until `quantity` is met or none is left."""
    left = quantity
    after: list[Lot] = []
    matches: list[Match] = []
    for lot in sorted(lots, key=lambda lot: (lot.opened_at, lot.lot_id)):
        taken = min(left, lot.remaining)
        if taken > 0:
            matches.append(
                Match(
                    lot_id=lot.lot_id,
                    quantity=taken,
                    entry_price=lot.entry_price,
                    exit_price=price,
                )
            )
            lot = replace(lot, remaining=lot.remaining - taken)
            left -= taken
        after.append(lot)
    return Sale(lots=tuple(after), matches=tuple(matches), unmatched=left)


def replay(fills: Iterable[Fill], restatements: Iterable[Restatement] = ()) -> Holdings:
    """Replay both in the order of their time, each against its own strategy and symbol."""
    lots: dict[tuple[str, str], tuple[Lot, ...]] = {}
    matches: list[Match] = []
    unmatched = NOTHING
    waiting = sorted(restatements, key=lambda each: each.at)
    for fill in sorted(fills, key=lambda fill: (fill.filled_at, fill.fill_id)):
        while waiting and waiting[0].at <= fill.filled_at:
            _restate(lots, waiting.pop(0))
        owner = (fill.strategy, fill.symbol)
        held = lots.get(owner, ())
        if fill.side is Side.BUY:
            lots[owner] = (*held, opened(fill))
            continue
        sale = sell(held, fill.quantity, fill.price)
        lots[owner] = sale.lots
        matches.extend(sale.matches)
        unmatched += sale.unmatched
    for restatement in waiting:
        _restate(lots, restatement)
    return Holdings(
        lots=tuple(lot for owned in lots.values() for lot in owned),
        matches=tuple(matches),
        unmatched=unmatched,
    )


def _restate(lots: dict[tuple[str, str], tuple[Lot, ...]], restatement: Restatement) -> None:
    held = lots.pop((restatement.strategy, restatement.symbol), ())
    for symbol, restated in restatement.restate(held).items():
        owner = (restatement.strategy, symbol)
        lots[owner] = (*lots.get(owner, ()), *restated)
