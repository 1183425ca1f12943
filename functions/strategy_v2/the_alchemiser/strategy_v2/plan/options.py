"""A strategy's name and options: when what it holds is brought back to what it wants."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from the_alchemiser.strategy_v2.language.text import number
from the_alchemiser.strategy_v2.language.tree import Atom, AtomKind
from the_alchemiser.strategy_v2.plan.call import UNREAD, Call


class Frequency(StrEnum):
    """How often a strategy is evaluated; NONE leaves it to the threshold alone."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"
    NONE = "none"


@dataclass(frozen=True, kw_only=True, slots=True)
class Rebalancing:
    """When a strategy trades; daily, and however little there is to do, unless it says more."""

    frequency: Frequency = Frequency.DAILY
    threshold: Decimal | None = None
    """How far, in parts of the strategy, a weight may lie from the one wanted: 0.05 lets 20 % drift
    between 15 % and 25 %, as the corridor of a symphony does."""

    @property
    def is_daily(self) -> bool:
        """Tell whether nothing is ever held over."""
        return self.threshold is None and self.frequency in (Frequency.DAILY, Frequency.NONE)


EVERY_DAY = Rebalancing()

PREFIX = "rebalance-"
FREQUENCY = "rebalance-frequency"
THRESHOLDS = ("rebalance-threshold", "rebalance-corridor-width")
EXPECTED_FREQUENCY = " or ".join(f":{frequency}" for frequency in Frequency)
EXPECTED_THRESHOLD = "a number above 0 and below 1, such as 0.05 for 5 %"


def read_symphony_options(call: Call) -> Rebalancing:
    """Check a strategy's own arguments and read its options; nil stands for none."""
    call.leave_out_literals(1)
    call.check_count(2, 3, 'a "name", a map of options and one body')
    if call.arguments[0] not in UNREAD:
        call.text(0, "the strategy's name in quotes")
    options = call.inner(1, "{")
    if options is None and len(call.arguments) > 2:
        raise call.fault(1, 'a map of options such as {:asset-class "EQUITIES"}')
    if options is None:
        return EVERY_DAY
    call.check_count(3, 3, 'a "name", a map of options and one body')
    return read_options(options)


def read_options(call: Call) -> Rebalancing:
    """Read the map of a strategy; what says nothing about rebalancing is prose."""
    frequency, threshold = Frequency.DAILY, None
    for key, position in call.pairs():
        if key == FREQUENCY:
            frequency = _frequency(call, position)
        elif key in THRESHOLDS:
            threshold = _threshold(call, position)
        elif key == "asset-class":
            _check_asset_class(call, position)
        elif key.startswith(PREFIX):
            known = " or ".join(f":{name}" for name in (FREQUENCY, *THRESHOLDS))
            raise call.fault(position - 1, known)
    return Rebalancing(frequency=frequency, threshold=threshold)


def _frequency(call: Call, position: int) -> Frequency:
    text = call.atom(position, AtomKind.KEYWORD, AtomKind.STRING)
    if text is None or text not in Frequency:
        raise call.fault(position, EXPECTED_FREQUENCY)
    return Frequency(text)


def _threshold(call: Call, position: int) -> Decimal:
    text = call.atom(position, AtomKind.NUMBER, AtomKind.STRING)
    value = None if text is None else number(text)
    if value is None or not 0 < value < 1:
        raise call.fault(position, EXPECTED_THRESHOLD)
    return value


def _check_asset_class(call: Call, position: int) -> None:
    node = call.arguments[position]
    if isinstance(node, Atom) and node.text.upper() not in ("EQUITIES", "EQUITY"):
        raise call.fault(position, 'the asset class "EQUITIES"')
