"""Strategies that do not trade today: what they hold meanwhile, and until when."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from hashlib import sha256

from the_alchemiser.shared.errors import DataUnavailable
from the_alchemiser.shared.market_data import BarStore
from the_alchemiser.shared.money import normalise
from the_alchemiser.strategy_v2.evaluation.decision import Decision, Kept, decide
from the_alchemiser.strategy_v2.language.text import Source
from the_alchemiser.strategy_v2.plan.options import Frequency, Rebalancing
from the_alchemiser.strategy_v2.plan.planner import Plan, plan_strategy

MONTHS_A_QUARTER = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class LastRebalance:
    """What the strategy was brought to by the last run that did all its trades."""

    as_of: date
    weights: Mapping[str, Decimal]
    text_sha256: str


def digest(source: Source) -> str:
    """Name a strategy's text: one that was changed is not held to what its elder wanted."""
    return sha256(source.text.encode()).hexdigest()


def decide_or_keep(
    source: Source, store: BarStore, as_of: date, last: LastRebalance | None
) -> Decision:
    """Evaluate a strategy, unless its options say that it keeps what it has.

    By the calendar it is due on the first day of a period on which it has not traded in that
    period: holidays and runs that failed put that off by themselves. Within its corridor it keeps
    what it has although it was evaluated.
    """
    plan = plan_strategy(source)
    text_sha256 = digest(source)
    if plan.rebalancing.is_daily:
        return replace(decide(source, store, as_of, plan), text_sha256=text_sha256)
    decision = _decided(source, store, as_of, plan, _known(last, text_sha256, as_of))
    return replace(decision, text_sha256=text_sha256)


def stand_still(why: str, weights: Mapping[str, Decimal], since: date) -> Decision:
    """Keep the weights of the last run, without any bars: those that a strategy reads may be wrong.

    Without closes to move them by, the weights are wanted as they were then.
    """
    kept = Kept(weights=weights, closes={}, since=since, reason=why)
    return Decision(weights=weights, trace=[_told(kept)], kept=kept)


def _known(last: LastRebalance | None, text_sha256: str, as_of: date) -> LastRebalance | None:
    """Forget what another text wanted, and what a replay of the past cannot know."""
    if last is None or last.text_sha256 != text_sha256 or last.as_of > as_of:
        return None
    return last


def _decided(
    source: Source, store: BarStore, as_of: date, plan: Plan, last: LastRebalance | None
) -> Decision:
    rebalancing = plan.rebalancing
    if last is None:
        return decide(source, store, as_of, plan)
    try:
        kept = _kept(last, store, as_of, rebalancing)
    except DataUnavailable:
        # What it holds has left the exchange: what it wants instead is asked now, not in a quarter.
        return decide(source, store, as_of, plan)
    if not is_due(rebalancing.frequency, last.as_of, as_of):
        return Decision(weights=kept.weights, trace=[_told(kept)], kept=kept)
    decision = decide(source, store, as_of, plan)
    threshold = rebalancing.threshold
    if threshold is None or apart(kept.weights, decision.weights) > threshold:
        return decision
    return Decision(weights=kept.weights, trace=[*decision.trace, _told(kept)], kept=kept)


def is_due(frequency: Frequency, last: date, today: date) -> bool:
    """Tell whether a period has begun since the last day on which the strategy was rebalanced."""
    return _period(frequency, last) != _period(frequency, today)


def _period(frequency: Frequency, day: date) -> tuple[int, ...]:
    iso = day.isocalendar()
    return {
        Frequency.WEEKLY: (iso.year, iso.week),
        Frequency.MONTHLY: (day.year, day.month),
        Frequency.QUARTERLY: (day.year, (day.month - 1) // MONTHS_A_QUARTER),
        Frequency.YEARLY: (day.year,),
    }.get(frequency, (day.toordinal(),))


def apart(one: Mapping[str, Decimal], other: Mapping[str, Decimal]) -> Decimal:
    """Return by how much the weights of one symbol differ at most, in parts of the strategy."""
    nothing = Decimal(0)
    symbols = {*one, *other}
    return max(abs(one.get(name, nothing) - other.get(name, nothing)) for name in symbols)


def _kept(last: LastRebalance, store: BarStore, as_of: date, rebalancing: Rebalancing) -> Kept:
    """Let the weights drift with the closes since the evening on which they were bought."""
    drifted: dict[str, Decimal] = {}
    closes: dict[str, Decimal] = {}
    for symbol, weight in last.weights.items():
        known = store.closes(symbol, as_of)
        then = max(bisect_right(known.dates, last.as_of), 1) - 1
        now = closes[symbol] = _exact(known.values[-1])
        drifted[symbol] = weight * now / _exact(known.values[then])
    return Kept(
        weights=normalise(drifted),
        closes=closes,
        since=last.as_of,
        reason=_reason(rebalancing),
    )


def _exact(close: float) -> Decimal:
    return Decimal(repr(close))


def _reason(rebalancing: Rebalancing) -> str:
    """Say why nothing is traded, such as `within 10 %`."""
    if rebalancing.threshold is not None:
        return f"within {(rebalancing.threshold * 100).normalize():f} %"
    return f"rebalanced {rebalancing.frequency}"


def _told(kept: Kept) -> dict[str, object]:
    return {"held": kept.reason, "since": kept.since.isoformat()}
