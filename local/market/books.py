"""The account's books, in exact decimals."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

INITIAL_CASH = Decimal(100_000)


@dataclass(frozen=True, kw_only=True, slots=True)
class Fill:
    """One execution."""

    order_id: str
    client_order_id: str
    symbol: str
    side: str
    quantity: Decimal
    price: Decimal
    at: datetime


@dataclass(slots=True)
class Books:
    """Cash, holdings and every execution since the books were opened."""

    cash: Decimal = INITIAL_CASH
    opened_with: Decimal = INITIAL_CASH
    quantities: dict[str, Decimal] = field(default_factory=dict)
    costs: dict[str, Decimal] = field(default_factory=dict)
    """What the held shares cost, by symbol."""
    fills: list[Fill] = field(default_factory=list)

    def held(self, symbol: str) -> Decimal:
        """Return how many shares of a symbol are held."""
        return self.quantities.get(symbol, Decimal(0))

    def book(self, fill: Fill) -> None:
        """Enter one execution."""
        held = self.held(fill.symbol)
        cost = self.costs.get(fill.symbol, Decimal(0))
        if fill.side == "buy":
            self.cash -= fill.quantity * fill.price
            self._keep(fill.symbol, held + fill.quantity, cost + fill.quantity * fill.price)
        else:
            self.cash += fill.quantity * fill.price
            left = held - fill.quantity
            self._keep(fill.symbol, left, cost * left / held)
        self.fills.append(fill)

    def split(self, symbol: str, ratio: Decimal) -> None:
        """Multiply the shares of a symbol; they cost together what they did."""
        if symbol in self.quantities:
            self.quantities[symbol] *= ratio

    def receive(self, symbol: str, per_share: Decimal) -> None:
        """Enter a dividend."""
        self.cash += self.held(symbol) * per_share

    def _keep(self, symbol: str, quantity: Decimal, cost: Decimal) -> None:
        if quantity:
            self.quantities[symbol], self.costs[symbol] = quantity, cost
        else:
            self.quantities.pop(symbol, None)
            self.costs.pop(symbol, None)
