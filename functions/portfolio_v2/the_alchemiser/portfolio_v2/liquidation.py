"""The way out when the account owes more than it holds: sell everything, then wait for cash."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from the_alchemiser.shared.broker import Account, Order, OrderTicket, Position
from the_alchemiser.shared.broker_order_ids import client_order_id
from the_alchemiser.shared.errors import PlanRejected
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Liquidation:
    """Sells every position at the market."""

    broker: LiquidatingBroker
    sleep: Callable[[float], None]

    def raise_cash(self, run_id: str, positions: Sequence[Position]) -> None:
        """Close all positions and wait for cash; a repetition finds its earlier orders."""
        get_logger().warning("liquidating", positions=len(positions))
        for position in positions:
            self.broker.place(_closing(run_id, position))
        for _ in range(int(LONGEST_WAIT_S / POLL_S)):
            if self._cash_is_positive():
                return
            self.sleep(POLL_S)
        if not self._cash_is_positive():
            account = self.broker.account()
            raise NegativeCashBalanceError(
                f"expected cash above zero after selling everything, found {account.cash}",
                details={"cash": str(account.cash), "equity": str(account.equity)},
            )

    def _cash_is_positive(self) -> bool:
        return self.broker.account().cash > 0


def _closing(run_id: str, position: Position) -> OrderTicket:
    trade_id = derived_id("liquidation", run_id, position.symbol)
    return OrderTicket(
        client_order_id=client_order_id(trade_id, position.symbol),
        symbol=position.symbol,
        side=Side.SELL if position.quantity > 0 else Side.BUY,
        quantity=abs(position.quantity),
    )
