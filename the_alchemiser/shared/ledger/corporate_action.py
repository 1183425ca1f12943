"""Corporate actions in the ledger: what each did to the lots, written once before the lots are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from pydantic import TypeAdapter

from the_alchemiser.shared.ledger.strategy_trade import STRATEGY_PREFIX
from the_alchemiser.shared.long_text import part_items, read_text, text_attributes
from the_alchemiser.shared.lot_actions import ActionKind, CorporateAction, StrategyAction
from the_alchemiser.shared.lots import Lot
from the_alchemiser.shared.table import Change, Item, Table

ACTION_PREFIX = "ACTION#"
EFFECT = "effect"
SEEN_KEY = {"PK": "CORPORATE_ACTIONS", "SK": "SEEN_UNTIL"}


@dataclass(frozen=True, kw_only=True, slots=True)
class LotChange:
    """One lot before and after."""

    before: Lot
    after: Lot


@dataclass(frozen=True, kw_only=True, slots=True)
class ActionEffect:
    """All that one action does, from which an interrupted booking is finished."""

    action: CorporateAction
    lots: tuple[LotChange, ...] = ()
    strategies: tuple[StrategyAction, ...] = ()


@cache
def _adapter() -> TypeAdapter[ActionEffect]:
    return TypeAdapter(ActionEffect)


def action_key(action: CorporateAction) -> dict[str, str]:
    """Give the key of an action."""
    return {"PK": f"{ACTION_PREFIX}{action.action_id}", "SK": "METADATA"}


def find_effect(table: Table, action: CorporateAction) -> ActionEffect | None:
    """Read what an action was found to do, or nothing if nobody has looked yet."""
    item = table.get(action_key(action))
    if item is None:
        return None
    return _adapter().validate_json(read_text(table, EFFECT, item))


def enter_effect(table: Table, effect: ActionEffect) -> ActionEffect:
    """Write what an action does unless somebody did; give what is written."""
    text, key = _adapter().dump_json(effect).decode(), action_key(effect.action)
    for part in part_items(EFFECT, text, key["PK"], None):
        table.put_new(part)
    action = effect.action
    item = {
        **key,
        "action_id": action.action_id,
        "kind": action.kind,
        "symbol": action.symbol,
        "ex_date": action.day.isoformat(),
        **text_attributes(EFFECT, text),
    }
    if table.put_new(item):
        return effect
    return find_effect(table, action) or effect


def strategy_action_item(action: StrategyAction) -> Item:
    """Write a strategy's part in an action."""
    return {
        "PK": f"{STRATEGY_PREFIX}{action.strategy}",
        "SK": f"{ACTION_PREFIX}{action.day.isoformat()}#{action.action_id}",
        "action_id": action.action_id,
        "strategy_name": action.strategy,
        "kind": action.kind,
        "symbol": action.symbol,
        "ex_date": action.day.isoformat(),
        "shares_after": action.shares_after,
        "income": action.income,
        "new_symbol": action.new_symbol,
    }


def strategy_action_of(item: Item) -> StrategyAction:
    """Read a strategy's part in an action."""
    return StrategyAction(
        action_id=item["action_id"],
        strategy=item["strategy_name"],
        kind=ActionKind(item["kind"]),
        symbol=item["symbol"],
        day=date.fromisoformat(item["ex_date"]),
        shares_after=item["shares_after"],
        income=item["income"],
        new_symbol=item["new_symbol"],
    )


def strategy_actions(table: Table, strategy: str) -> list[StrategyAction]:
    """Read one strategy's parts in all actions, in the order of their days."""
    items = table.items(f"{STRATEGY_PREFIX}{strategy}", ACTION_PREFIX)
    return [strategy_action_of(item) for item in items]


def all_strategy_actions(table: Table) -> list[StrategyAction]:
    """Read every strategy's parts in all actions."""
    items = table.scan(
        "begins_with(PK, :strategies) AND begins_with(SK, :actions)",
        {":strategies": STRATEGY_PREFIX, ":actions": ACTION_PREFIX},
    )
    return [strategy_action_of(item) for item in items]


def seen_until(table: Table) -> date | None:
    """Read up to which day actions are in the ledger, or nothing if none was ever looked for."""
    item = table.get(SEEN_KEY)
    return None if item is None else date.fromisoformat(item["day"])


def mark_seen(day: date) -> Change:
    """Record up to which day actions are in the ledger."""
    return Change(
        key=SEEN_KEY,
        update="SET #day = :day",
        names={"#day": "day"},
        values={":day": day.isoformat()},
    )
