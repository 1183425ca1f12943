"""Whether the lots of a symbol account for what the broker holds of it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from the_alchemiser.execution_v2.ports import Broker, Ledger
from the_alchemiser.shared.apportionment import QUANTITY_STEP
from the_alchemiser.shared.errors import AlchemiserError
from the_alchemiser.shared.logs import get_logger


@dataclass(frozen=True, kw_only=True, slots=True)
class PositionReconciliation:
    """Compares the two before a trade, when no fill is on its way between them.

    Splits are in the lots (corporate_actions.py); trades by hand, mergers and what the feed has yet
    to tell are not. None of it is corrected; but profit that leaves shares out has to say so.
    """

    broker: Broker
    ledger: Ledger

    def difference(self, symbol: str) -> str | None:
        """Say by how much they differ, or nothing if they agree or cannot be read."""
        try:
            position = self.broker.position(symbol)
            lots = self.ledger.open_lots(symbol)
        except AlchemiserError as error:
            get_logger().warning("positions_not_compared", symbol=symbol, reason=str(error))
            return None
        held = position.quantity if position else Decimal(0)
        booked = sum((lot.remaining for lot in lots), Decimal(0))
        if abs(held - booked) < QUANTITY_STEP:
            return None
        get_logger().warning("positions_differ", symbol=symbol, held=held, booked=booked)
        return (
            f"before it the broker held {held.normalize():f} shares and the ledger "
            f"{booked.normalize():f}, as after a split or a trade by hand: its profit and loss is "
            "that of the ledger"
        )
