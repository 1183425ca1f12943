"""The account's books, in exact decimals."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_DOWN, Decimal

from local.market.orders import QUANTUM

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
        held, signed = self.held(fill.symbol), fill.quantity
        if fill.side == "sell":
            signed = -signed
        cost, after = self.costs.get(fill.symbol, Decimal(0)), held + signed
        self.cash -= signed * fill.price
        if held * signed >= 0:
            cost += signed * fill.price
        else:
            # What is closed takes its part of the cost along; beyond zero it is opened anew.
            cost = cost * after / held if held * after >= 0 else after * fill.price
        self._keep(fill.symbol, after, cost)
        self.fills.append(fill)

    def hold(self, symbol: str, quantity: Decimal) -> None:
        """Let the account hold so many shares, negative for a short position, at no cost."""
        self._keep(symbol, quantity, Decimal(0))

    def rename(self, symbol: str, new_symbol: str) -> None:
        """Keep a holding under another symbol."""
        if symbol in self.quantities:
            quantity, cost = self.held(symbol), self.costs[symbol]
            self._keep(symbol, Decimal(0), Decimal(0))
            self._keep(new_symbol, self.held(new_symbol) + quantity, cost)

    def merge(self, symbol: str, new_symbol: str | None, ratio: Decimal, cash: Decimal) -> None:
        """Turn a holding into shares of another symbol and so many dollars for each old one."""
        held, cost = self.held(symbol), self.costs.get(symbol, Decimal(0))
        self.cash += held * cash
        self._keep(symbol, Decimal(0), Decimal(0))
        if new_symbol is not None and held:
            came = (held * ratio).quantize(QUANTUM, ROUND_DOWN)
            cost += self.costs.get(new_symbol, Decimal(0))
            self._keep(new_symbol, self.held(new_symbol) + came, cost)

    def split(self, symbol: str, ratio: Decimal) -> None:
        """Multiply the shares of a symbol, in the parts that are kept; together they cost the same.

        Shares have nine decimals: https://docs.alpaca.markets/docs/fractional-trading.
        """
        if symbol in self.quantities:
            exact = self.quantities[symbol] * ratio
            self.quantities[symbol] = exact.quantize(QUANTUM, ROUND_DOWN)

    def receive(self, symbol: str, per_share: Decimal) -> None:
        """Enter a dividend."""
        self.cash += self.held(symbol) * per_share

    def _keep(self, symbol: str, quantity: Decimal, cost: Decimal) -> None:
        if quantity:
            self.quantities[symbol], self.costs[symbol] = quantity, cost
        else:
            self.quantities.pop(symbol, None)
            self.costs.pop(symbol, None)
