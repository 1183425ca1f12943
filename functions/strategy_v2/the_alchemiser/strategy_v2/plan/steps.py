"""The steps of a plan: a strategy without its spelling.

Steps refer to each other by number, and each stands after those it refers to. A piece of strategy
that occurs twice is one step.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from the_alchemiser.strategy_v2.language.tree import Node

StepNumber: TypeAlias = int


class IndicatorKind(StrEnum):
    """What can be measured of a price series, as the language spells it."""

    RSI = "rsi"
    CURRENT_PRICE = "current-price"
    MOVING_AVERAGE_PRICE = "moving-average-price"
    EXPONENTIAL_MOVING_AVERAGE_PRICE = "exponential-moving-average-price"
    MOVING_AVERAGE_RETURN = "moving-average-return"
    CUMULATIVE_RETURN = "cumulative-return"
    STDEV_RETURN = "stdev-return"
    STDEV_PRICE = "stdev-price"
    MAX_DRAWDOWN = "max-drawdown"
    PERCENTAGE_PRICE_OSCILLATOR = "percentage-price-oscillator"
    PERCENTAGE_PRICE_OSCILLATOR_SIGNAL = "percentage-price-oscillator-signal"
    MACD = "moving-average-convergence-divergence"
    MACD_SIGNAL = "moving-average-convergence-divergence-signal"
    LOWER_BOLLINGER = "lower-bollinger"
    UPPER_BOLLINGER = "upper-bollinger"


class Comparator(StrEnum):
    """How two numbers are compared."""

    GREATER = ">"
    LESS = "<"
    AT_LEAST = ">="
    AT_MOST = "<="
    EQUAL = "="


@dataclass(frozen=True, kw_only=True, slots=True)
class Indicator:
    """An indicator with its window, such as `(rsi {:window 10})`."""

    kind: IndicatorKind
    window: int
    """Days; of an oscillator those of its long mean."""
    others: tuple[Decimal, ...] = ()
    """What it takes besides: an oscillator the days of its short mean, and a signal those by which
    it is smoothed; a band its distance in deviations."""


@dataclass(frozen=True, kw_only=True, slots=True)
class IndicatorOf:
    """An indicator of one symbol."""

    indicator: Indicator
    symbol: str


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Comparison:
    """A comparison of indicators and literal numbers, or of two strings.

    It equals only itself, which is quick to find out; equal comparisons are one form, and a form
    is read once.
    """

    comparator: Comparator
    left: IndicatorOf | Decimal | str
    right: IndicatorOf | Decimal | str
    spelled: Node
    """As written, for the trace."""


class Combinator(StrEnum):
    """How conditions make one."""

    ALL = "and"
    ANY = "or"
    NOT = "not"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Combination:
    """Conditions that make one; none of them are `true` under ALL and `false` under ANY."""

    combinator: Combinator
    parts: tuple[Condition, ...]
    spelled: Node


Condition: TypeAlias = Comparison | Combination


def comparisons(condition: Condition) -> Iterator[Comparison]:
    """List what a condition compares, in the order of the text."""
    if isinstance(condition, Comparison):
        yield condition
        return
    for part in condition.parts:
        yield from comparisons(part)


def indicators_of(condition: Condition) -> Iterator[IndicatorOf]:
    """List the indicators that a condition looks at."""
    for comparison in comparisons(condition):
        for side in (comparison.left, comparison.right):
            if isinstance(side, IndicatorOf):
                yield side


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """A piece of a strategy with its place in the text; each kind adds what it says."""

    offset: int = field(compare=False)
    """Where it first stands in the text."""
    inner: tuple[StepNumber, ...] = ()
    """The steps that it refers to."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ticker(Step):
    """One symbol."""

    symbol: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Vector(Step):
    """Several things side by side, not weighted yet."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Group(Step):
    """A body under a name, which a filter ranks as a whole."""

    name: str

    @property
    def body(self) -> StepNumber:
        """The one step that it refers to."""
        return self.inner[0]


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice(Step):
    """The first of its inner steps if a condition holds, the second, if there is one, if not."""

    condition: Condition


@dataclass(frozen=True, kw_only=True, slots=True)
class Equal(Step):
    """The same weight for each inner step."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Specified(Step):
    """A literal weight for each inner step."""

    weights: tuple[Decimal, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class InverseVolatility(Step):
    """The more weight for an inner step, the less it swings."""

    indicator: Indicator


@dataclass(frozen=True, kw_only=True, slots=True)
class Filter(Step):
    """The best of its inner steps by an indicator."""

    indicator: Indicator
    largest_first: bool
    keep: int | None
    """How many are kept; None keeps all."""
    spelled: tuple[Node, ...] = field(compare=False)
    """Indicator and selection as written, for the trace."""
