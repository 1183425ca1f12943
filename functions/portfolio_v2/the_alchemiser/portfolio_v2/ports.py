"""What the portfolio's use case needs from outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Protocol

from the_alchemiser.portfolio_v2.rebalance_plan import RebalancePlan
from the_alchemiser.shared.run_record.run import Run
from the_alchemiser.shared.trade_message import TradeMessage


class Plans(Protocol):
    """Keeps one plan for each correlation id."""

    def find(self, correlation_id: str) -> RebalancePlan | None:
        """Read the plan that was kept for a run, or nothing."""
        ...

    def keep(self, plan: RebalancePlan) -> RebalancePlan:
        """Keep a plan unless there is one already; give the one that is kept."""
        ...


class Runs(Protocol):
    """Keeps runs, and sees to it that only one is active."""

    def claim(self, run_id: str) -> None:
        """Become the active run, or raise RunRefused while another one is."""
        ...

    def disclaim(self, run_id: str) -> None:
        """Stop being the active run."""
        ...

    def find(self, run_id: str) -> Run | None:
        """Read a run, or nothing if it was never opened."""
        ...

    def open(self, plan: RebalancePlan, messages: Sequence[TradeMessage]) -> None:
        """Record a run and its trades; what is recorded already stays as it is."""
        ...

    def unsent(self, run_id: str) -> Sequence[TradeMessage]:
        """Give the trades of the first phase that are not marked as sent."""
        ...

    def mark_sent(self, run_id: str, trade_id: str) -> None:
        """Record that a trade is on the queue."""
        ...

    def mark_announced(self, run_id: str) -> None:
        """Record that the plan's event was published."""
        ...

    def mark_enqueued(self, run_id: str) -> None:
        """Record that the whole first phase is on the queue."""
        ...

    def fail(self, run_id: str, reason: str) -> None:
        """End a run that cannot go on."""
        ...


class TradeQueue(Protocol):
    """Takes trades for execution."""

    def send(self, message: TradeMessage) -> None:
        """Queue a trade; within five minutes a second copy is dropped."""
        ...


class Sessions(Protocol):
    """Knows which strategy asked for what."""

    def held_closes(self, session_id: str) -> Mapping[str, Mapping[str, Decimal]]:
        """Read strategy -> symbol -> last close of strategies that trade nothing today."""
        ...

    def contributions(self, session_id: str) -> Mapping[str, Mapping[str, Decimal]]:
        """Read strategy -> symbol -> weight; empty if the session is gone."""
        ...
