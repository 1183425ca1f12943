"""What portfolio and execution ask of a broker, in our own words and exact decimals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from the_alchemiser.shared.lot_actions import CorporateAction
from the_alchemiser.shared.lots import Side
from the_alchemiser.shared.money import CENT


class OrderState(StrEnum):
    """What an order's status means to us, whatever the broker calls it."""

    WORKING = "working"
    FILLED = "filled"
    CANCELED = "canceled"
    EXPIRED = "expired"
    REJECTED = "rejected"

    @property
    def is_final(self) -> bool:
        """Whether no further share can be filled."""
        return self is not OrderState.WORKING


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """Money of the account at one moment."""

    cash: Decimal
    equity: Decimal
    buying_power: Decimal
    multiplier: Decimal
    long_market_value: Decimal
    regt_buying_power: Decimal | None = None
    initial_margin: Decimal | None = None
    maintenance_margin: Decimal | None = None
    currency: str = "USD"
    status: str = "ACTIVE"
    blocks: tuple[str, ...] = ()
    """What the broker says is blocked, in its own words."""

    @property
    def capital_deployed_pct(self) -> Decimal | None:
        """Fraction of the equity in long positions, in percent to two places."""
        if self.equity <= 0:
            return None
        return (self.long_market_value / self.equity * 100).quantize(CENT)


@dataclass(frozen=True, kw_only=True, slots=True)
class Position:
    """Shares held of one symbol; negative when short."""

    symbol: str
    quantity: Decimal
    market_value: Decimal | None = None
    """What the broker says it is worth in dollars, negative when short."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Asset:
    """What the broker permits for one symbol."""

    symbol: str
    is_tradable: bool
    is_fractionable: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class MarketClock:
    """The broker's own time, against which quotes are aged, and whether it trades now."""

    now: datetime
    is_open: bool
    closes_at: datetime
    """The end of this session, or of the next one while the market is closed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Quote:
    """Best bid and offer; a side that nobody quotes is zero."""

    symbol: str
    bid: Decimal
    ask: Decimal
    at: datetime

    @property
    def mid(self) -> Decimal:
        """Middle of the spread, or the one side that is quoted, or zero."""
        if self.bid > 0 and self.ask > 0:
            return (self.bid + self.ask) / 2
        return max(self.bid, self.ask)


@dataclass(frozen=True, kw_only=True, slots=True)
class MarketView:
    """What the market shows of one symbol; what it does not show is absent."""

    quote: Quote | None = None
    last_trade: Decimal | None = None
    traded_at: datetime | None = None
    previous_close: Decimal | None = None
    """Of the trading day before, in that day's shares."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderTicket:
    """One DAY order to place; a market order has no limit price."""

    client_order_id: str
    symbol: str
    side: Side
    quantity: Decimal
    limit_price: Decimal | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """An order as the broker knows it."""

    order_id: str
    client_order_id: str
    symbol: str
    side: Side
    state: OrderState
    quantity: Decimal
    filled_quantity: Decimal
    filled_price: Decimal | None
    order_type: str
    updated_at: datetime
    replaced_by: str | None = None
    """Id of the order that somebody else put in its place."""

    @property
    def filled_value(self) -> Decimal:
        """Dollars paid or received."""
        return self.filled_quantity * (self.filled_price or Decimal(0))


class AccountView(Protocol):
    """Reads what the account holds and what the market asks."""

    def account(self) -> Account:
        """Read the account's money."""
        ...

    def positions(self) -> Sequence[Position]:
        """Read all open positions."""
        ...

    def open_orders(self) -> Sequence[Order]:
        """Read every order that may still fill."""
        ...

    def views(self, symbols: Sequence[str]) -> Mapping[str, MarketView]:
        """Read what the market shows; a symbol of which it shows nothing is absent."""
        ...

    def clock(self) -> MarketClock:
        """Read the broker's time and whether the market is open."""
        ...


class OrderDesk(Protocol):
    """Places and follows orders."""

    def place(self, ticket: OrderTicket) -> Order:
        """Place an order, or return the one that already carries its client order id.

        Raises OrderFateUnknown while nobody can say whether the order exists; after any other
        failure it does not.
        """
        ...

    def find(self, client_order_id: str) -> Order | None:
        """Read the order with this client order id, or nothing."""
        ...

    def read(self, order_id: str) -> Order:
        """Read an order by the broker's own id."""
        ...

    def cancel(self, order_id: str) -> None:
        """Ask to cancel; an order that is already final is left as it is."""
        ...

    def position(self, symbol: str) -> Position | None:
        """Read what is held of one symbol, or nothing."""
        ...

    def asset(self, symbol: str) -> Asset:
        """Read what may be done with a symbol."""
        ...


class ActionFeed(Protocol):
    """Tells of splits, dividends, new symbols and mergers."""

    def restatements(self, first: date, last: date) -> Sequence[CorporateAction]:
        """Read splits, new symbols and mergers of all companies on these days, in their order."""
        ...

    def dividends(
        self, symbols: Sequence[str], first: date, last: date
    ) -> Sequence[CorporateAction]:
        """Read the cash dividends of some symbols on these days, in their order."""
        ...


class Broker(AccountView, OrderDesk, ActionFeed, Protocol):
    """Everything that this system asks of a broker."""
