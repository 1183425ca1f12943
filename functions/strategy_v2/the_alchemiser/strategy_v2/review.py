"""What an author of a strategy should know before it trades."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from the_alchemiser.shared.errors import DataUnavailable, StrategyError
from the_alchemiser.shared.market_data import BarStore
from the_alchemiser.strategy_v2.evaluation.days import DaySet, holds_day, last_days, one_day
from the_alchemiser.strategy_v2.evaluation.indicators import Indicators
from the_alchemiser.strategy_v2.language.text import Source, shorten
from the_alchemiser.strategy_v2.language.tree import write
from the_alchemiser.strategy_v2.plan.planner import Plan, plan_strategy
from the_alchemiser.strategy_v2.plan.steps import (
    Choice,
    Comparison,
    IndicatorKind,
    IndicatorOf,
    Ticker,
    comparisons,
    indicators_of,
)

WEEKDAYS = 2_100
"""Eight years, over which comparisons are tried."""

FEWEST_DAYS = 250
RAREST = 0.001
"""A comparison with another answer on fewer days than this part hardly decides anything."""

UNITS: Mapping[IndicatorKind, str] = MappingProxyType(
    {
        IndicatorKind.RSI: "points from 0 to 100",
        IndicatorKind.CURRENT_PRICE: "dollars",
        IndicatorKind.MOVING_AVERAGE_PRICE: "dollars",
        IndicatorKind.EXPONENTIAL_MOVING_AVERAGE_PRICE: "dollars",
        IndicatorKind.MOVING_AVERAGE_RETURN: "percent a day",
        IndicatorKind.CUMULATIVE_RETURN: "percent",
        IndicatorKind.STDEV_RETURN: "percent a year",
        IndicatorKind.STDEV_PRICE: "dollars",
        IndicatorKind.MAX_DRAWDOWN: "percent, as a positive number",
        IndicatorKind.PERCENTAGE_PRICE_OSCILLATOR: "percent",
        IndicatorKind.PERCENTAGE_PRICE_OSCILLATOR_SIGNAL: "percent",
        IndicatorKind.MACD: "dollars",
        IndicatorKind.MACD_SIGNAL: "dollars",
        IndicatorKind.LOWER_BOLLINGER: "dollars",
        IndicatorKind.UPPER_BOLLINGER: "dollars",
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Review:
    """What keeps a strategy from trading, and what is worth a second look; each with its place."""

    problems: tuple[str, ...] = ()
    """What the language does not take."""
    absent: tuple[str, ...] = ()
    """Tickers without bars."""
    warnings: tuple[str, ...] = ()
    """Comparisons that hardly decide anything."""


def review(source: Source, store: BarStore, as_of: date) -> Review:
    """Check a strategy against the language, and against the bars before a day.

    Whatever it may ask for has to have bars, also in branches that today are not taken.
    """
    try:
        plan = plan_strategy(source)
    except StrategyError as error:
        return Review(problems=(error.message,))
    indicators = Indicators(store, as_of, WEEKDAYS)
    return Review(
        absent=tuple(_absent(plan, source, indicators)),
        warnings=tuple(_undecided(plan, source, indicators)),
    )


def _absent(plan: Plan, source: Source, indicators: Indicators) -> Iterator[str]:
    first: dict[str, int] = {}
    for symbol, offset in _asked_for(plan):
        place = _quoted(source, symbol, offset)
        first[symbol] = min(first.get(symbol, place), place)
    for symbol, place in sorted(first.items(), key=lambda found: found[1]):
        try:
            indicators.prices(symbol)
        except DataUnavailable as error:
            yield f"{source.place(place)}: expected bars of {symbol}, found {error.reason}"


def _asked_for(plan: Plan) -> Iterator[tuple[str, int]]:
    for step in plan.steps:
        if isinstance(step, Ticker):
            yield step.symbol, step.offset
        elif isinstance(step, Choice):
            for wanted in indicators_of(step.condition):
                yield wanted.symbol, step.offset


def _quoted(source: Source, symbol: str, offset: int) -> int:
    """Find where a symbol is written, at or behind the form that asks for it."""
    found = source.text.find(f'"{symbol}"', max(offset, 0))
    return offset if found < 0 else found


def _undecided(plan: Plan, source: Source, indicators: Indicators) -> Iterator[str]:
    seen: set[int] = set()
    for step in plan.steps:
        if not isinstance(step, Choice):
            continue
        for comparison in comparisons(step.condition):
            if id(comparison) not in seen:
                seen.add(id(comparison))
                yield from _tried(comparison, step.offset, source, indicators)


def _tried(
    comparison: Comparison, offset: int, source: Source, indicators: Indicators
) -> Iterator[str]:
    wanted = [side for side in (comparison.left, comparison.right) if isinstance(side, IndicatorOf)]
    try:
        days = _known_days(wanted, indicators)
        holds, undefined = indicators.judge(comparison)
    except DataUnavailable:
        return
    days &= ~undefined
    count, true = days.bit_count(), (days & holds).bit_count()
    if wanted and count >= FEWEST_DAYS and min(true, count - true) <= RAREST * count:
        place = source.place(getattr(comparison.spelled, "offset", offset))
        told = "; ".join(_range(each, days, indicators) for each in wanted)
        yield (
            f"{place}: {shorten(write(comparison.spelled))} was true on {true:,} of {count:,} days "
            f"of the stored history: {told}"
        )


def _known_days(wanted: list[IndicatorOf], indicators: Indicators) -> DaySet:
    """Give the days on which every indicator has all the bars that it looks at, and a bar."""
    days = last_days(WEEKDAYS)
    for each in wanted:
        prices = indicators.prices(each.symbol)
        for back, count in enumerate(prices.known):
            if count <= each.indicator.window or prices.returns[back] is None:
                days &= ~one_day(back)
    return days


def _range(wanted: IndicatorOf, days: DaySet, indicators: Indicators) -> str:
    values = indicators.series(wanted.indicator, wanted.symbol).values
    known = [value for back, value in enumerate(values) if holds_day(days, back)]
    kind = wanted.indicator.kind
    return (
        f"{kind} of {wanted.symbol} is in {UNITS[kind]} and lay between "
        f"{min(known):.4g} and {max(known):.4g}"
    )
