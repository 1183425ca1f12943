"""The steps of a plan: a strategy without its spelling.

Steps refer to each other by number, and each stands after those it refers to. A piece of strategy
that occurs twice is one step.
"""

from __future__ import annotations

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


@dataclass(frozen=True, kw_only=True, slots=True)
class IndicatorOf:
    """An indicator of one symbol."""

    indicator: Indicator
    symbol: str


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Condition:
    """A comparison of indicators and literal numbers, or of two strings.

    It equals only itself, which is quick to find out; equal comparisons are one form, and a form
    is read once.
    """

    comparator: Comparator
    left: IndicatorOf | Decimal | str
    right: IndicatorOf | Decimal | str
    spelled: Node
    """As written, for the trace."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """What all steps have."""

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


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """A whole strategy; its last step is its result."""

    steps: tuple[Step, ...]
