"""Takes the snapshot that a plan is made from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from the_alchemiser.portfolio_v2.believed_prices import BelievedPrices
from the_alchemiser.portfolio_v2.liquidation import Liquidation
from the_alchemiser.portfolio_v2.session_time import require_open
from the_alchemiser.portfolio_v2.snapshot import Snapshot, margin_of
from the_alchemiser.shared.broker import Account, AccountView, MarketClock, Order
from the_alchemiser.shared.errors import PlanRejected
from the_alchemiser.shared.money import Symbol

SHOWN_ORDERS = 10
CURRENCY, STATUS = "USD", "ACTIVE"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What the account held, what the broker said of its money, and when."""

    snapshot: Snapshot
    account: Account
    clock: MarketClock


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountReader:
    """Reads holdings, prices and cash; an account under water is sold off first."""

    broker: AccountView
    prices: BelievedPrices
    liquidation: Liquidation

    def read(self, run_id: str, symbols: Iterable[str]) -> Reading:
        """Read everything that a plan for these symbols needs."""
        refuse_account(self.broker.account())
        require_open(self.broker.clock())
        self.liquidation.finish(run_id, self.broker.open_orders())
        refuse_open_orders(self.broker.open_orders())
        symbols = tuple(symbols)
        reading = self._read(symbols)
        if reading.snapshot.total > 0:
            return reading
        require_under_water(reading)
        self.liquidation.raise_cash(run_id, self.broker.positions())
        return self._read(symbols)

    def _read(self, symbols: Iterable[str]) -> Reading:
        account, clock = self.broker.account(), self.broker.clock()
        positions = self.broker.positions()
        quantities = {tradable(held.symbol): held.quantity for held in positions}
        prices = self.prices.read(sorted({*symbols, *quantities}), clock.now)
        snapshot = Snapshot(
            quantities=quantities,
            prices=prices.believed,
            cash=account.cash,
            margin=margin_of(account),
            doubts=prices.doubts,
            broker_values={
                held.symbol: held.market_value
                for held in positions
                if held.market_value is not None
            },
        )
        return Reading(snapshot=snapshot, account=account, clock=clock)


def refuse_account(account: Account) -> None:
    """Refuse to plan for an account that places no orders, or whose money is not dollars."""
    if account.currency != CURRENCY:
        raise PlanRejected(f"expected an account in {CURRENCY}, found one in {account.currency}")
    if account.status != STATUS:
        raise PlanRejected(f"expected an {STATUS} account, found the status {account.status}")
    if account.blocks:
        raise PlanRejected(
            f"expected an account that may trade, found {', '.join(account.blocks)}; "
            "ask the broker why"
        )


def require_under_water(reading: Reading) -> None:
    """Refuse to sell everything unless prices and the broker's own equity agree that it must be."""
    snapshot, equity = reading.snapshot, reading.account.equity
    if equity > 0 or snapshot.doubts:
        doubted = "; ".join(f"{symbol}: {why}" for symbol, why in snapshot.doubts.items())
        raise PlanRejected(
            f"by its quotes the account is worth {snapshot.total:.2f}, by the broker's own count "
            f"{equity:.2f}; nothing is sold until both agree" + (f" ({doubted})" if doubted else "")
        )


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
