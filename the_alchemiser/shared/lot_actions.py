"""What splits, dividends, new symbols and mergers do to lots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum

from the_alchemiser.shared.lots import NOTHING, Lot

SHARE_STEP = Decimal("0.000000001")
"""Smallest part of a share that the broker keeps: https://docs.alpaca.markets/docs/fractional-trading."""


class ActionKind(StrEnum):
    """What kind of thing a company did."""

    SPLIT = "SPLIT"
    """Or a dividend in shares: so many new ones for an old one."""
    DIVIDEND = "DIVIDEND"
    RENAME = "RENAME"
    MERGER = "MERGER"
    """Shares become those of another company, or money, or both; or nothing, when they are void."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CorporateAction:
    """One thing that a company did, as the broker's feed tells it."""

    action_id: str
    kind: ActionKind
    symbol: str
    day: date
    """The first day on which shares are traded without it (ex date)."""
    ratio: Decimal = Decimal(1)
    """New shares for an old one."""
    per_share: Decimal = NOTHING
    """Dollars paid for a share."""
    new_symbol: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class StrategyAction:
    """One strategy's part in it."""

    action_id: str
    strategy: str
    kind: ActionKind
    symbol: str
    day: date
    shares_after: Decimal
    income: Decimal = NOTHING
    """Dollars that were paid on its shares, less what they had cost if they are gone for it."""
    new_symbol: str | None = None

    @property
    def at(self) -> datetime:
        """A moment after the session before its day, and before the one on its day."""
        return moment_of(self.day)

    def restate(self, lots: Sequence[Lot]) -> Mapping[str, tuple[Lot, ...]]:
        """Give the strategy's lots after it, by symbol; closed ones stay as they were."""
        held = [lot for lot in lots if lot.is_open]
        closed = tuple(lot for lot in lots if not lot.is_open)
        if self.kind is ActionKind.SPLIT:
            return {self.symbol: (*closed, *split_lots(held, self.shares_after))}
        if self.kind is ActionKind.DIVIDEND:
            return {self.symbol: tuple(lots)}
        if self.new_symbol is None:
            gone = tuple(replace(lot, remaining=NOTHING) for lot in held)
            return {self.symbol: (*closed, *gone)}
        if self.kind is ActionKind.MERGER:
            held = list(split_lots(held, self.shares_after))
        renamed = tuple(replace(lot, symbol=self.new_symbol) for lot in held)
        return {self.symbol: closed, self.new_symbol: renamed}


def moment_of(day: date) -> datetime:
    """Give a moment before a day's session in New York, and after the session before."""
    return datetime.combine(day, time.min, UTC)


def split_lots(lots: Sequence[Lot], shares_after: Decimal) -> tuple[Lot, ...]:
    """Divide so many shares among open lots as they were; each lot costs what it did.

    Parts of a share that the broker does not keep go to the largest lot.
    """
    before = sum((lot.remaining for lot in lots), NOTHING)
    if before <= 0 or shares_after <= 0:
        return tuple(lots)
    parts = {
        lot.lot_id: (lot.remaining * shares_after / before).quantize(SHARE_STEP, ROUND_DOWN)
        for lot in lots
    }
    largest = max(lots, key=lambda lot: (lot.remaining, lot.lot_id)).lot_id
    parts[largest] += shares_after - sum(parts.values(), NOTHING)
    return tuple(_with_shares(lot, parts[lot.lot_id]) for lot in lots)


def _with_shares(lot: Lot, remaining: Decimal) -> Lot:
    if remaining <= 0 or lot.remaining <= 0:
        return lot
    return replace(
        lot,
        remaining=remaining,
        quantity=lot.quantity * remaining / lot.remaining,
        entry_price=lot.entry_price * lot.remaining / remaining,
    )
