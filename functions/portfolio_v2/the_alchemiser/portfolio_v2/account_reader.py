"""Takes the snapshot that a plan is made from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from the_alchemiser.portfolio_v2.liquidation import Liquidation
from the_alchemiser.portfolio_v2.snapshot import Snapshot, margin_of
from the_alchemiser.shared.broker import Account, AccountView, Order
from the_alchemiser.shared.errors import PlanRejected
from the_alchemiser.shared.money import Symbol

SHOWN_ORDERS = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What the account held, and what the broker said of its money."""

    snapshot: Snapshot
    account: Account


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountReader:
    """Reads holdings, prices and cash; an account under water is sold off first."""

    broker: AccountView
    liquidation: Liquidation

    def read(self, run_id: str, targets: Iterable[str]) -> Reading:
        """Read everything that a plan for the targets needs."""
        refuse_open_orders(self.broker.open_orders())
        reading = self._read(targets)
        if reading.snapshot.total > 0:
            return reading
        self.liquidation.raise_cash(run_id, self.broker.positions())
        return self._read(targets)

    def _read(self, targets: Iterable[str]) -> Reading:
        account = self.broker.account()
        quantities = {tradable(held.symbol): held.quantity for held in self.broker.positions()}
        quotes = self.broker.quotes(sorted({*targets, *quantities}))
        snapshot = Snapshot(
            quantities=quantities,
            prices={symbol: quote.mid for symbol, quote in quotes.items()},
            cash=account.cash,
            margin=margin_of(account),
        )
        return Reading(snapshot=snapshot, account=account)


def refuse_open_orders(orders: Sequence[Order]) -> None:
    """Refuse to plan while orders may still fill: their shares would be traded twice."""
    if orders:
        named = ", ".join(f"{order.side} {order.symbol}" for order in orders[:SHOWN_ORDERS])
        raise PlanRejected(
            f"expected no open orders, found {len(orders)} ({named}); cancel them and start again"
        )


def tradable(symbol: str) -> str:
    """Refuse to plan around a holding that is no stock: it can be neither sold nor left out."""
    try:
        return str(Symbol(symbol))
    except ValueError:
        raise PlanRejected(
            f"expected only stocks and funds in the account, found {symbol!r}; close it by hand",
            details={"symbol": symbol},
        ) from None
