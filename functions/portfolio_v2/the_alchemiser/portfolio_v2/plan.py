"""A rebalance plan: what to trade so that the account comes to hold its target weights.

With p the deployed fraction, every symbol's target is weight x p x total, and its trade the
difference to what is held. Differences below a minimum are left alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum

from the_alchemiser.portfolio_v2.funding import fund
from the_alchemiser.portfolio_v2.hindrances import (
    cover_amounts,
    kept_back,
    left_out,
    refuse_too_many_doubts,
)
from the_alchemiser.portfolio_v2.leverage import HIGHEST_DEPLOYMENT, require_room_to_borrow
from the_alchemiser.portfolio_v2.snapshot import Snapshot
from the_alchemiser.shared.errors import PlanRejected
from the_alchemiser.shared.money import CENT

HIGHEST_WEIGHT_SUM = Decimal("1.01")
SMALLEST_TRADE = Decimal(5)
SMALL_PORTFOLIO = Decimal(1000)
SMALL_PORTFOLIO_PART = Decimal("0.01")
WEIGHT_STEP = Decimal("0.00000001")
PRIORITY_FLOORS = (Decimal(10_000), Decimal(1_000), Decimal(100), Decimal(50))


class Action(StrEnum):
    """What to do about one symbol, in the order in which it is done."""

    SELL = "SELL"
    BUY = "BUY"
    HOLD = "HOLD"


ORDER = tuple(Action)


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanItem:
    """One symbol of a plan."""

    symbol: str
    action: Action
    trade_amount: Decimal
    """Dollars, negative for a SELL, zero for a HOLD."""
    current_value: Decimal
    target_value: Decimal
    current_weight: Decimal
    target_weight: Decimal
    weight_diff: Decimal
    priority: int
    quantity: Decimal
    price: Decimal
    is_exit: bool
    """Whether nothing of the symbol is to be left."""
    is_cover: bool = False
    """Whether shares are bought back that the account owes: before anything else is bought."""

    @property
    def is_first_phase(self) -> bool:
        """Whether it is traded before the buys."""
        return self.is_cover or self.action is Action.SELL


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """The items of a plan and the numbers they were made from."""

    items: tuple[PlanItem, ...]
    total_value: Decimal
    cash: Decimal
    smallest_trade: Decimal
    available: Decimal
    """Dollars that covers and buys could take before anything is sold."""
    left_out: Mapping[str, str] = field(default_factory=dict)
    """Symbols that stay as they are, and why."""

    @property
    def trade_value(self) -> Decimal:
        """Dollars that change hands."""
        return sum((abs(item.trade_amount) for item in self.items), Decimal(0))


def propose(
    target_weights: Mapping[str, Decimal], snapshot: Snapshot, deployment: Decimal
) -> Proposal:
    """Plan the trades that bring the account to its targets, without spending what it lacks."""
    if not 0 < deployment <= HIGHEST_DEPLOYMENT:
        raise PlanRejected(f"expected a deployment above 0 and up to 1.50, found {deployment}")
    total = snapshot.total
    if total <= 0:
        raise PlanRejected(f"expected equity above zero, found {total}")
    if deployment > 1:
        require_room_to_borrow(snapshot.margin)
    refuse_too_many_doubts(target_weights, snapshot.doubts)
    smallest, available = smallest_trade(total), _available(snapshot, deployment)
    target_values = target_values_of(target_weights, total * deployment)
    covers = cover_amounts(snapshot)
    cost = sum(covers.values(), Decimal(0))
    trade_amounts = fund(
        differences(target_values, snapshot),
        smallest=smallest,
        available=available - cost,
        is_borrowing=deployment > 1,
        kept_back=kept_back(target_values, covers, snapshot),
    )
    return Proposal(
        items=_items(target_values, {**trade_amounts, **covers}, snapshot),
        total_value=total,
        cash=snapshot.cash,
        smallest_trade=smallest,
        available=available,
        left_out=left_out(target_values, snapshot),
    )


def smallest_trade(total: Decimal) -> Decimal:
    """Give the least amount worth an order: $5, or 1 % of a portfolio under $1000."""
    return SMALLEST_TRADE if total >= SMALL_PORTFOLIO else total * SMALL_PORTFOLIO_PART


def target_values_of(
    target_weights: Mapping[str, Decimal], deployable: Decimal
) -> dict[str, Decimal]:
    """Give each target in whole cents; weights that sum to a little over 1 are scaled back to 1."""
    if any(weight < 0 for weight in target_weights.values()):
        raise PlanRejected("expected weights of at least 0, found a negative one")
    weight_sum = sum(target_weights.values(), Decimal(0))
    if weight_sum > HIGHEST_WEIGHT_SUM:
        raise PlanRejected(f"expected weights that sum to 1, found {weight_sum}")
    scale = max(weight_sum, Decimal(1))
    return {
        symbol: (weight / scale * deployable).quantize(CENT, ROUND_DOWN)
        for symbol, weight in target_weights.items()
    }


def differences(target_values: Mapping[str, Decimal], snapshot: Snapshot) -> dict[str, Decimal]:
    """Give each symbol's difference between target and holding, in cents, towards zero."""
    held = {name for name, quantity in snapshot.quantities.items() if quantity}
    symbols = sorted({*target_values, *held})
    kept = {symbol: Decimal(0) for symbol in held if symbol in snapshot.doubts}
    return kept | {
        symbol: (target_values.get(symbol, Decimal(0)) - snapshot.value(symbol)).quantize(
            CENT, ROUND_DOWN
        )
        for symbol in symbols
        if not (symbol in snapshot.doubts or snapshot.is_short(symbol))
    }


def priority_of(difference: Decimal) -> int:
    """Rank by size: 1 from $10,000, 2 from $1,000, 3 from $100, 4 from $50, else 5."""
    size = abs(difference)
    return next((rank for rank, floor in enumerate(PRIORITY_FLOORS, 1) if size >= floor), 5)


def _available(snapshot: Snapshot, deployment: Decimal) -> Decimal:
    if deployment > 1 and snapshot.margin is not None:
        return snapshot.margin.regt_buying_power
    return snapshot.cash


def _items(
    target_values: Mapping[str, Decimal], trade_amounts: Mapping[str, Decimal], snapshot: Snapshot
) -> tuple[PlanItem, ...]:
    base = max(snapshot.invested, sum(target_values.values(), Decimal(0)))
    items = [
        _item(symbol, target_values.get(symbol, Decimal(0)), trade_amount, snapshot, base)
        for symbol, trade_amount in trade_amounts.items()
    ]
    return tuple(sorted(items, key=_rank))


def _item(
    symbol: str, target_value: Decimal, trade_amount: Decimal, snapshot: Snapshot, base: Decimal
) -> PlanItem:
    current = snapshot.value(symbol)
    is_cover = snapshot.is_short(symbol) and trade_amount > 0
    current_weight = _weight(current, base)
    target_weight = _weight(target_value, base)
    return PlanItem(
        symbol=symbol,
        action=_action(trade_amount),
        trade_amount=trade_amount,
        current_value=current.quantize(CENT),
        target_value=target_value,
        current_weight=current_weight,
        target_weight=target_weight,
        weight_diff=target_weight - current_weight,
        priority=priority_of(target_value - current),
        quantity=snapshot.quantities.get(symbol, Decimal(0)),
        price=snapshot.price(symbol),
        is_exit=target_value == 0 or is_cover,
        is_cover=is_cover,
    )


def _weight(value: Decimal, base: Decimal) -> Decimal:
    return (value / base).quantize(WEIGHT_STEP) if base > 0 else Decimal(0)


def _action(trade_amount: Decimal) -> Action:
    if trade_amount == 0:
        return Action.HOLD
    return Action.BUY if trade_amount > 0 else Action.SELL


def _rank(item: PlanItem) -> tuple[int, int, str]:
    return (0 if item.is_cover else 1 + ORDER.index(item.action), item.priority, item.symbol)
