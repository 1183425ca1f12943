"""What the close leaves undone of a run, in words."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from the_alchemiser.shared.lots import Side
from the_alchemiser.shared.run_record.trade import TradeRecord
from the_alchemiser.shared.trade_message import TradeMessage

SHOWN = 10


def closed_before(records: Sequence[TradeRecord]) -> str:
    """Name the dollars and symbols of the trades that are not decided."""
    undecided = [record.message for record in records if not record.status.is_final]
    reason = "the market closed before the run was done"
    for side, done in ((Side.BUY, "invested"), (Side.SELL, "sold")):
        left = [message for message in undecided if message.action is side]
        if left:
            reason += f"; not {done}: {_listed(left)}"
    return reason


def _listed(messages: Sequence[TradeMessage]) -> str:
    total = sum((message.planned_usd for message in messages), Decimal(0))
    shown = ", ".join(f"{each.symbol} ${each.planned_usd}" for each in messages[:SHOWN])
    more = ", …" if len(messages) > SHOWN else ""
    return f"${total} ({shown}{more})"
