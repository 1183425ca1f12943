"""The account as one plan sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from the_alchemiser.shared.broker import Account
from the_alchemiser.shared.errors import PlanRejected


@dataclass(frozen=True, kw_only=True, slots=True)
class Margin:
    """What the broker says about borrowing."""

    equity: Decimal
    multiplier: Decimal
    initial_margin: Decimal
    maintenance_margin: Decimal
    regt_buying_power: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class Snapshot:
    """Holdings, prices and cash at one moment."""

    quantities: Mapping[str, Decimal]
    prices: Mapping[str, Decimal]
    cash: Decimal
    margin: Margin | None = None
    doubts: Mapping[str, str] = field(default_factory=dict)
    """Symbols without a price that can be believed, and why."""
    broker_values: Mapping[str, Decimal] = field(default_factory=dict)
    """What the broker says that holdings are worth: all that is known of the doubted ones."""

    def value(self, symbol: str) -> Decimal:
        """Give what is held of a symbol in dollars; negative when short."""
        quantity = self.quantities.get(symbol, Decimal(0))
        return quantity * self.price(symbol) if quantity else Decimal(0)

    def is_short(self, symbol: str) -> bool:
        """Tell whether shares are owed."""
        return self.quantities.get(symbol, Decimal(0)) < 0

    def price(self, symbol: str) -> Decimal:
        """Give a symbol's price, or refuse to plan without one."""
        price = self.prices.get(symbol)
        if symbol in self.doubts and self.quantities.get(symbol):
            value = self.broker_values.get(symbol)
            price = None if value is None else value / self.quantities[symbol]
        if price is None or price <= 0:
            raise PlanRejected(
                f"{symbol}: expected a quote above zero, found {price}",
                details={"symbol": symbol},
            )
        return price

    @property
    def invested(self) -> Decimal:
        """Value of all holdings."""
        return sum((self.value(symbol) for symbol in self.quantities), Decimal(0))

    @property
    def total(self) -> Decimal:
        """Value of holdings and cash together."""
        return self.invested + self.cash


def margin_of(account: Account) -> Margin | None:
    """Read what is needed to borrow, or nothing if the broker leaves a part of it out."""
    parts = (account.initial_margin, account.maintenance_margin, account.regt_buying_power)
    initial, maintenance, buying_power = parts
    if initial is None or maintenance is None or buying_power is None:
        return None
    return Margin(
        equity=account.equity,
        multiplier=account.multiplier,
        initial_margin=initial,
        maintenance_margin=maintenance,
        regt_buying_power=buying_power,
    )
