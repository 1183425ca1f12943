"""When stored bars are good: there, fresh, complete, and close to what another vendor says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

MARKET_CLOSES = time(21, 0, tzinfo=UTC)
"""16:00 in New York in winter; in summer the market closes an hour earlier."""

FRESH_FOR = timedelta(hours=72)
"""A long weekend without its holiday."""

RECENT = timedelta(days=2)
"""Older gaps were reported when they were new."""

MOST_DIFFERENCE = 0.02
"""Relative difference between two closes of one day that is put down to the vendors' feeds."""

SAME_RATIO = 0.005
"""How far the ratios of older closes may scatter and still come from one adjustment."""

NEXT_TO_NOTHING = 1e-9

Pair = tuple[date, float, float]
"""A day with the stored close and the second source's."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What was found about one symbol."""

    symbol: str
    issues: tuple[str, ...]
    rows_checked: int
    contradicted: tuple[date, ...] = ()
    """Days whose stored closes the second source contradicts."""

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong."""
        return not self.issues


def judge(
    symbol: str, stored: Mapping[date, float], external: Mapping[date, float], now: datetime
) -> Verdict:
    """Compare closes by day; `now` decides what is fresh and which gaps are recent."""
    if not stored:
        return Verdict(symbol=symbol, issues=("no data is stored",), rows_checked=0)
    if not external:
        return Verdict(symbol=symbol, issues=("the second source has no data",), rows_checked=0)
    common = sorted(stored.keys() & external.keys())
    pairs = [(day, stored[day], external[day]) for day in common]
    comparable = [pair for pair in pairs if pair[2] > NEXT_TO_NOTHING]
    wrong = [pair for pair in comparable if _apart(*pair[1:]) > MOST_DIFFERENCE]
    issues = (
        *_staleness(stored, external, now),
        *_gaps(stored, external, now),
        *(() if pairs else ("no day is in both sources",)),
        *_price_differences(wrong, comparable),
    )
    return Verdict(
        symbol=symbol,
        issues=issues,
        rows_checked=len(pairs),
        contradicted=tuple(day for day, _, _ in wrong),
    )


def _staleness(
    stored: Mapping[date, float], external: Mapping[date, float], now: datetime
) -> Sequence[str]:
    newest = max(stored)
    age = now - datetime.combine(newest, MARKET_CLOSES)
    # After a holiday nobody has a newer bar, so age alone does not make ours stale.
    if age <= FRESH_FOR or max(external) <= newest:
        return ()
    hours = int(age.total_seconds() // 3600)
    return (f"stale: the newest bar is of {newest}, {hours} hours old",)


def _gaps(
    stored: Mapping[date, float], external: Mapping[date, float], now: datetime
) -> Sequence[str]:
    since = (now - RECENT).date()
    missing = sorted(day for day in external if day >= since and day not in stored)
    return (f"missing: {', '.join(map(str, missing))}",) if missing else ()


def _price_differences(wrong: Sequence[Pair], comparable: Sequence[Pair]) -> Sequence[str]:
    if _is_adjustment(wrong, comparable):
        last, ours, theirs = wrong[-1]
        return (
            f"closes up to {last}: stored {ours / theirs:.4g} times those of the second source "
            f"({ours:g} and {theirs:g} on {last}), and alike from then on: a split or dividend "
            "that one side alone has worked in",
        )
    return tuple(
        f"close of {day}: stored {ours:g}, second source {theirs:g}"
        f" ({_apart(ours, theirs):.1%} apart)"
        for day, ours, theirs in wrong
    )


def _apart(ours: float, theirs: float) -> float:
    return abs(ours - theirs) / theirs


def _is_adjustment(wrong: Sequence[Pair], all_pairs: Sequence[Pair]) -> bool:
    """Tell a split or dividend that one side has not worked in from single bad prices.

    It changes every close before its day by one factor and none from that day on.
    """
    if not wrong or len(wrong) == len(all_pairs) or list(wrong) != list(all_pairs[: len(wrong)]):
        return False
    ratios = [ours / theirs for _, ours, theirs in wrong]
    return max(ratios) / max(min(ratios), NEXT_TO_NOTHING) - 1 <= SAME_RATIO
