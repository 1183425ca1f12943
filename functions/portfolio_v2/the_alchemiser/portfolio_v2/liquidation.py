"""The way out when the account owes more than it holds: sell everything, then wait for cash."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from the_alchemiser.shared.broker import Account, Order, OrderTicket, Position
from the_alchemiser.shared.broker_order_ids import client_order_id
from the_alchemiser.shared.errors import PlanRejected, TransientError
from the_alchemiser.shared.ids import derived_id
from the_alchemiser.shared.logs import get_logger
from the_alchemiser.shared.lots import Side

POLL_S = 2.0
LONGEST_WAIT_S = 30.0


class NegativeCashBalanceError(PlanRejected):
    """Nothing is left to sell and the account still owes money."""


class LiquidatingBroker(Protocol):
    """What liquidation asks of a broker."""

    def account(self) -> Account:
        """Read the account's money."""
        ...

    def place(self, ticket: OrderTicket) -> Order:
        """Place an order, or return the one that already carries its client order id."""
        ...

    def read(self, order_id: str) -> Order:
        """Read an order by the broker's own id."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Liquidation:
    """Sells every position at the market."""

    broker: LiquidatingBroker
    sleep: Callable[[float], None]

    def raise_cash(self, run_id: str, positions: Sequence[Position]) -> None:
        """Close all positions and wait for cash; a repetition finds its earlier orders."""
        get_logger().warning("liquidating", positions=len(positions))
        self._finish([self.broker.place(_closing(run_id, position)) for position in positions])
        for _ in range(int(LONGEST_WAIT_S / POLL_S)):
            if self.broker.account().cash > 0:
                return
            self.sleep(POLL_S)
        account = self.broker.account()
        if account.cash <= 0:
            raise NegativeCashBalanceError(
                f"expected cash above zero after selling everything, found {account.cash}",
                details={"cash": str(account.cash), "equity": str(account.equity)},
            )

    def finish(self, run_id: str, orders: Sequence[Order]) -> None:
        """Wait for the orders that an earlier delivery of this run placed to raise cash."""
        self._finish([order for order in orders if _closes(run_id, order)])

    def _finish(self, orders: Sequence[Order]) -> None:
        """Wait until every order is final: a plan beside an open one trades its shares twice."""
        waited_s = 0.0
        while still_open := [order for order in orders if not order.state.is_final]:
            if waited_s >= LONGEST_WAIT_S:
                named = ", ".join(f"{order.side} {order.symbol}" for order in still_open)
                raise TransientError(f"the orders that raise cash are not filled yet: {named}")
            self.sleep(POLL_S)
            waited_s += POLL_S
            orders = [self.broker.read(order.order_id) for order in still_open]


def _closing(run_id: str, position: Position) -> OrderTicket:
    return OrderTicket(
        client_order_id=_order_id(run_id, position.symbol),
        symbol=position.symbol,
        side=Side.SELL if position.quantity > 0 else Side.BUY,
        quantity=abs(position.quantity),
    )


def _closes(run_id: str, order: Order) -> bool:
    return order.client_order_id == _order_id(run_id, order.symbol)


def _order_id(run_id: str, symbol: str) -> str:
    return client_order_id(derived_id("liquidation", run_id, symbol), symbol)
