"""How each strategy did, from its parts of all filled orders."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from the_alchemiser.shared.ledger.strategy_trade import StrategyTrade
from the_alchemiser.shared.lot_actions import StrategyAction
from the_alchemiser.shared.lots import NOTHING, Holdings, Side, replay


@dataclass(frozen=True, kw_only=True, slots=True)
class Performance:
    """One strategy's record; money is exact."""

    strategy: str
    buy_trades: int
    sell_trades: int
    bought_value: Decimal
    sold_value: Decimal
    realized_pnl: Decimal
    """First in, first out, over the shares that the ledger saw bought, and dividends."""
    unmatched_quantity: Decimal
    """Shares sold that the ledger never saw bought; they earn nothing here."""
    symbols: tuple[str, ...]
    first_trade_at: datetime
    last_trade_at: datetime
    open_lots: int
    open_value: Decimal
    """What the shares still held have cost."""
    closed_lots: int
    winning_lots: int
    """Closed lots that earned something; all others count as losing."""

    @property
    def losing_lots(self) -> int:
        """Return the closed lots that earned nothing or lost."""
        return self.closed_lots - self.winning_lots


def performances(
    trades: Iterable[StrategyTrade], actions: Iterable[StrategyAction] = ()
) -> tuple[Performance, ...]:
    """Return the record of every strategy, in alphabetical order."""
    owned: dict[str, list[StrategyTrade]] = {}
    for trade in trades:
        owned.setdefault(trade.strategy, []).append(trade)
    met: dict[str, list[StrategyAction]] = {}
    for action in actions:
        met.setdefault(action.strategy, []).append(action)
    return tuple(_performance(name, owned[name], met.get(name, [])) for name in sorted(owned))


def _performance(
    strategy: str, trades: list[StrategyTrade], actions: list[StrategyAction]
) -> Performance:
    holdings = replay((trade.fill for trade in trades), actions)
    income = sum((action.income for action in actions), NOTHING)
    closed = {lot.lot_id for lot in holdings.lots if not lot.is_open}
    earned = _earned_by_lot(holdings)
    return Performance(
        strategy=strategy,
        buy_trades=sum(trade.side is Side.BUY for trade in trades),
        sell_trades=sum(trade.side is Side.SELL for trade in trades),
        bought_value=_value(trades, Side.BUY),
        sold_value=_value(trades, Side.SELL),
        realized_pnl=holdings.realised + income,
        unmatched_quantity=holdings.unmatched,
        symbols=tuple(sorted({trade.symbol for trade in trades})),
        first_trade_at=min(trade.filled_at for trade in trades),
        last_trade_at=max(trade.filled_at for trade in trades),
        open_lots=len(holdings.lots) - len(closed),
        open_value=sum((lot.remaining * lot.entry_price for lot in holdings.lots), NOTHING),
        closed_lots=len(closed),
        winning_lots=sum(earned.get(lot_id, NOTHING) > 0 for lot_id in closed),
    )


def _earned_by_lot(holdings: Holdings) -> dict[str, Decimal]:
    earned: dict[str, Decimal] = {}
    for match in holdings.matches:
        earned[match.lot_id] = earned.get(match.lot_id, NOTHING) + match.pnl
    return earned


def _value(trades: list[StrategyTrade], side: Side) -> Decimal:
    return sum((trade.value for trade in trades if trade.side is side), NOTHING)
