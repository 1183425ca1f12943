"""What notifications needs from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from the_alchemiser.notifications_v2.mail import Mail
from the_alchemiser.shared.ledger.strategy_trade import StrategyTrade
from the_alchemiser.shared.lot_actions import StrategyAction


class Ledger(Protocol):
    """Knows every strategy's part of every filled order."""

    def strategy_trades(self) -> Sequence[StrategyTrade]:
        """Return all of them."""
        ...

    def strategy_actions(self) -> Sequence[StrategyAction]:
        """Return every strategy's part in splits, dividends and new symbols."""
        ...


class Reports(Protocol):
    """Keeps reports."""

    def store(self, key: str, text: str) -> str:
        """Keep a report and return its address, for whoever may read where it is kept."""
        ...


class Mailer(Protocol):
    """Reaches the people who run the system."""

    def send(self, mail: Mail) -> None:
        """Send a mail, or raise TransientError."""
        ...


class Switch(Protocol):
    """Knows whether somebody stopped the system."""

    def paused_since(self) -> str | None:
        """Return since when it is stopped, or nothing while it works."""
        ...
