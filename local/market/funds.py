"""What the account is worth and what it may buy, by true prices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from local.market.orders import Order, Quote
from local.market.terms import Terms

REG_T = Decimal(2)
"""Reg T lends as much again as there is equity:
https://docs.alpaca.markets/docs/margin-and-short-selling"""

MAINTENANCE = Decimal("0.3")
"""Least equity, as a part of long positions at $2.50 and more (same page)."""

NOTHING = Decimal(0)


def collar(price: Decimal) -> Decimal:
    """Give by what the broker multiplies the price of a market buy before it looks for the money.

    2.5 % from $50 on, 4 % below:
    https://alpaca.markets/deprecated/docs/trading-on-alpaca/orders/#buying-power
    """
    return Decimal("1.025") if price >= 50 else Decimal("1.04")


def cost_of(quantity: Decimal, limit: Decimal | None, true: Quote) -> Decimal:
    """Give the dollars that a buy order needs to be taken."""
    return quantity * (limit if limit is not None else true.ask * collar(true.ask))


@dataclass(frozen=True, kw_only=True, slots=True)
class Funds:
    """The account's money at one moment."""

    terms: Terms
    cash: Decimal
    values: Mapping[str, Decimal]
    """Dollars in each position, negative when short."""
    reserved: Decimal
    """What open buy orders may still cost."""

    @property
    def equity(self) -> Decimal:
        """Cash and positions together."""
        return self.cash + sum(self.values.values(), NOTHING)

    @property
    def long_value(self) -> Decimal:
        """Dollars in long positions."""
        return sum((value for value in self.values.values() if value > 0), NOTHING)

    @property
    def gross(self) -> Decimal:
        """Dollars in positions, long and short."""
        return sum(map(abs, self.values.values()), NOTHING)

    @property
    def buying_power(self) -> Decimal:
        """What may be bought: cash that no order has reserved, or what the multiplier leaves."""
        return self._power(self.terms.multiplier)

    @property
    def regt_buying_power(self) -> Decimal:
        """What may be bought and kept overnight."""
        return self._power(min(self.terms.multiplier, REG_T))

    @property
    def initial_margin(self) -> Decimal:
        """What must be the account's own of its positions."""
        return self.gross / min(self.terms.multiplier, REG_T)

    @property
    def maintenance_margin(self) -> Decimal:
        """Least equity that keeps the positions."""
        return self.gross * MAINTENANCE

    def _power(self, multiplier: Decimal) -> Decimal:
        if multiplier == 1:
            return self.cash - self.reserved
        return max(self.equity * multiplier - self.gross - self.reserved, NOTHING)


def reserved_by(orders: Iterable[Order], true_quotes: Mapping[str, Quote]) -> Decimal:
    """Give what open buy orders may still cost: they reduce buying power until they end.

    https://docs.alpaca.markets/docs/orders-at-alpaca#buying-power
    """
    costs = (
        cost_of(order.left, order.limit_price, true_quotes[order.symbol])
        for order in orders
        if order.is_open and order.is_buy and order.symbol in true_quotes
    )
    return sum(costs, NOTHING)
