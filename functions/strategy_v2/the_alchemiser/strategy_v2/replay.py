"""What a strategy holds on a day without any run before it: for whoever writes one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from the_alchemiser.shared.market_data import BarStore
from the_alchemiser.strategy_v2.evaluation.decision import Decision
from the_alchemiser.strategy_v2.language.text import Source
from the_alchemiser.strategy_v2.plan.options import Rebalancing
from the_alchemiser.strategy_v2.plan.planner import plan_strategy
from the_alchemiser.strategy_v2.rebalancing import LastRebalance, decide_or_keep, is_due

CORRIDOR_DAYS = 21
"""A month of trading days; a corridor is followed from the first of them on."""


def replayed(source: Source, store: BarStore, days: Sequence[date]) -> Decision:
    """Decide on the last of the exchange's days as if every run before it had done its trades.

    A strategy with a calendar is followed from the first day of its period, one with a corridor
    for a month.
    """
    last: LastRebalance | None = None
    for day in _followed(plan_strategy(source).rebalancing, days):
        decision = decide_or_keep(source, store, day, last)
        if decision.kept is None:
            last = LastRebalance(
                as_of=day, weights=decision.weights, text_sha256=decision.text_sha256
            )
    return decision


def _followed(rebalancing: Rebalancing, days: Sequence[date]) -> Sequence[date]:
    if rebalancing.is_daily:
        return days[-1:]
    period = [day for day in days if not is_due(rebalancing.frequency, day, days[-1])]
    if len(period) > 1:
        return [period[0], days[-1]]
    return days[-1:] if rebalancing.threshold is None else days[-CORRIDOR_DAYS:]
