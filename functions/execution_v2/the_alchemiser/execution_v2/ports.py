"""What executing a trade needs from outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol

from the_alchemiser.shared.broker import (
    Account,
    ActionFeed,
    MarketClock,
    MarketView,
    OrderDesk,
    Position,
)
from the_alchemiser.shared.ledger.corporate_action import ActionEffect
from the_alchemiser.shared.ledger.filled_order import FilledOrder
from the_alchemiser.shared.lot_actions import CorporateAction
from the_alchemiser.shared.lots import Lot


class Broker(OrderDesk, ActionFeed, Protocol):
    """What execution asks of a broker."""

    def account(self) -> Account:
        """Read the account's money."""
        ...

    def clock(self) -> MarketClock:
        """Read the broker's time and whether the market is open."""
        ...

    def positions(self) -> Sequence[Position]:
        """Read all open positions."""
        ...

    def views(self, symbols: Sequence[str]) -> Mapping[str, MarketView]:
        """Read what the market shows; a symbol of which it shows nothing is absent."""
        ...


class Waiting(Protocol):
    """Lets time pass."""

    def now_s(self) -> float:
        """Return seconds that only ever grow."""
        ...

    def sleep(self, seconds: float) -> None:
        """Return after so long."""
        ...


class Ledger(Protocol):
    """Books fills into lots by strategy."""

    def book(
        self,
        fill: FilledOrder,
        weights: dict[str, Decimal],
        correlation_id: str,
        *,
        is_cover: bool = False,
    ) -> None:
        """Book an order's fill; a repetition changes nothing."""
        ...

    def open_lots(self, symbol: str) -> Sequence[Lot]:
        """Read the lots of a symbol that have shares left."""
        ...


class ActionLedger(Protocol):
    """Books what companies did into lots."""

    def seen_until(self) -> date | None:
        """Read up to which day actions are booked, or nothing if none was ever looked for."""
        ...

    def mark_seen(self, day: date) -> None:
        """Record up to which day actions are booked."""
        ...

    def effect(self, action: CorporateAction) -> ActionEffect | None:
        """Read what an action was found to do, or nothing if nobody has looked yet."""
        ...

    def book_action(self, effect: ActionEffect) -> None:
        """Book an action; a repetition changes nothing."""
        ...

    def open_lots(self, symbol: str) -> Sequence[Lot]:
        """Read the lots of a symbol that have shares left."""
        ...
