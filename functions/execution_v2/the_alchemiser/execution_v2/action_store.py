"""Corporate actions in DynamoDB: each booked once, like fills, from what was written first."""

from __future__ import annotations

from datetime import date

from the_alchemiser.shared.ledger.corporate_action import (
    ActionEffect,
    LotChange,
    enter_effect,
    find_effect,
    mark_seen,
    seen_until,
    strategy_action_item,
)
from the_alchemiser.shared.ledger.lot import find_lot, open_lots, restate_lot
from the_alchemiser.shared.logs import get_logger
from the_alchemiser.shared.lot_actions import CorporateAction
from the_alchemiser.shared.lots import Lot
from the_alchemiser.shared.table import Table


class ActionStore:
    """Books what companies did into lots and strategies' records."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def seen_until(self) -> date | None:
        """Read up to which day actions are booked, or nothing if none was ever looked for."""
        return seen_until(self._table)

    def mark_seen(self, day: date) -> None:
        """Record up to which day actions are booked."""
        self._table.change(mark_seen(day))

    def effect(self, action: CorporateAction) -> ActionEffect | None:
        """Read what an action was found to do, or nothing if nobody has looked yet."""
        return find_effect(self._table, action)

    def open_lots(self, symbol: str) -> list[Lot]:
        """Read the lots of a symbol that have shares left."""
        return open_lots(self._table, symbol)

    def book_action(self, effect: ActionEffect) -> None:
        """Book an action; a repetition changes nothing."""
        entered = enter_effect(self._table, effect)
        for change in entered.lots:
            self._restate(change, entered.action.action_id)
        for part in entered.strategies:
            self._table.put_new(strategy_action_item(part))

    def _restate(self, change: LotChange, action_id: str) -> None:
        wanted = restate_lot(change.before, change.after, action_id)
        if self._table.change(wanted) is not None:
            return
        entry = find_lot(self._table, change.before.lot_id)
        if entry is None or action_id not in entry.actions:
            # Sold from since the action was reckoned; the reconciliation tells what differs.
            get_logger().error("lot_not_restated", lot=change.before.lot_id, action=action_id)
