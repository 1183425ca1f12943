"""Splits, dividends, new symbols and mergers in the ledger, before a day's first trade is booked.

Lots that a split has not reached account for other shares than the broker holds, and every profit
that is reckoned from them is wrong. So before a trade is sized, what the broker's feed tells of the
days since the last look is booked; each action once, however often and by however many at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal

from the_alchemiser.execution_v2.lot_booking import held_by
from the_alchemiser.execution_v2.ports import ActionLedger, Broker
from the_alchemiser.shared.apportionment import QUANTITY_STEP
from the_alchemiser.shared.errors import AlchemiserError
from the_alchemiser.shared.ledger.corporate_action import ActionEffect, LotChange
from the_alchemiser.shared.logs import get_logger
from the_alchemiser.shared.lot_actions import (
    SHARE_STEP,
    ActionKind,
    CorporateAction,
    StrategyAction,
    moment_of,
)
from the_alchemiser.shared.lots import NOTHING, Lot

FIRST_LOOK = timedelta(days=30)
OVERLAP = timedelta(days=7)
"""The feed names some actions days late: https://docs.alpaca.markets/reference/corporateactions-1."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CorporateActions:
    """Brings the ledger up to the day that is traded."""

    broker: Broker
    ledger: ActionLedger
    done: set[date] = field(default_factory=set)
    """Days that this process has brought it up to."""

    def bring_up_to(self, today: date) -> str | None:
        """Book what happened up to a day, or say why that is not possible now."""
        if today in self.done:
            return None
        try:
            self._book_until(today)
        except AlchemiserError as error:
            get_logger().warning("corporate_actions_not_booked", reason=str(error))
            return str(error)
        self.done.add(today)
        return None

    def _book_until(self, today: date) -> None:
        seen = self.ledger.seen_until()
        if seen is not None and seen >= today:
            return
        first = today - FIRST_LOOK if seen is None else seen - OVERLAP
        held = {position.symbol: position.quantity for position in self.broker.positions()}
        for action in self._since(first, today, held):
            self._book(action, held)
        self.ledger.mark_seen(today)

    def _since(
        self, first: date, today: date, held: Mapping[str, Decimal]
    ) -> list[CorporateAction]:
        """Give the actions on what is held, new symbols first: dividends bear them."""
        restated = [
            action
            for action in self.broker.restatements(first, today)
            if action.symbol in held or action.new_symbol in held or _ends(action)
        ]
        paid = self.broker.dividends(sorted(held), first, today) if held else ()
        return sorted([*restated, *paid], key=_order)

    def _book(self, action: CorporateAction, held: Mapping[str, Decimal]) -> None:
        effect = self.ledger.effect(action)
        if effect is None:
            before = moment_of(action.day)
            lots = [lot for lot in self.ledger.open_lots(action.symbol) if lot.opened_at < before]
            if not lots:
                return
            effect = effect_of(action, lots, held.get(action.symbol, NOTHING))
        self.ledger.book_action(effect)
        get_logger().info("corporate_action_booked", symbol=action.symbol, kind=action.kind)


def effect_of(action: CorporateAction, lots: Sequence[Lot], held: Decimal) -> ActionEffect:
    """Reckon what an action does to lots from before its day.

    After a split the broker keeps whole billionths of a share; what it holds then is divided.
    """
    before = held_by(lots)
    after, cost = _after(action, before, held), _cost_of(lots) if _ends(action) else {}
    parts = tuple(
        StrategyAction(
            action_id=action.action_id,
            strategy=owner,
            kind=action.kind,
            symbol=action.symbol,
            day=action.day,
            shares_after=after[owner],
            income=before[owner] * action.per_share - cost.get(owner, NOTHING),
            new_symbol=action.new_symbol,
        )
        for owner in sorted(before)
    )
    return ActionEffect(action=action, lots=tuple(_changes(lots, parts)), strategies=parts)


def _ends(action: CorporateAction) -> bool:
    """Tell whether shares are gone after an action, so that no position names it."""
    return action.kind is ActionKind.MERGER and action.new_symbol is None


def _after(
    action: CorporateAction, before: Mapping[str, Decimal], held: Decimal
) -> Mapping[str, Decimal]:
    if action.kind is ActionKind.SPLIT:
        return _divided(action, before, held)
    if action.kind is ActionKind.MERGER:
        # What the account held of the acquirer before cannot be told from what came: not rounded.
        return {
            owner: (shares * action.ratio).quantize(SHARE_STEP, ROUND_DOWN)
            for owner, shares in before.items()
        }
    return before


def _cost_of(lots: Sequence[Lot]) -> dict[str, Decimal]:
    cost: dict[str, Decimal] = {}
    for lot in lots:
        spent = lot.remaining * lot.entry_price
        cost[lot.strategy] = cost.get(lot.strategy, NOTHING) + spent
    return cost


def _divided(
    action: CorporateAction, before: Mapping[str, Decimal], held: Decimal
) -> dict[str, Decimal]:
    exact = {owner: shares * action.ratio for owner, shares in before.items()}
    total = sum(exact.values(), NOTHING)
    total = held if abs(held - total) < QUANTITY_STEP else total.quantize(SHARE_STEP, ROUND_DOWN)
    parts = {owner: shares.quantize(SHARE_STEP, ROUND_DOWN) for owner, shares in exact.items()}
    largest = max(parts, key=lambda owner: (parts[owner], owner))
    parts[largest] += total - sum(parts.values(), NOTHING)
    return parts


def _changes(lots: Sequence[Lot], parts: Iterable[StrategyAction]) -> list[LotChange]:
    after: dict[str, Lot] = {}
    for part in parts:
        owned = [lot for lot in lots if lot.strategy == part.strategy]
        for restated in part.restate(owned).values():
            after |= {lot.lot_id: lot for lot in restated}
    changes = [LotChange(before=lot, after=after[lot.lot_id]) for lot in lots]
    return [change for change in changes if change.before != change.after]


def _order(action: CorporateAction) -> tuple[date, bool, str]:
    return (action.day, action.kind is not ActionKind.RENAME, action.action_id)
