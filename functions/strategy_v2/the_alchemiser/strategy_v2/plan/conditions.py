"""Comparisons and the indicators that they compare."""

from __future__ import annotations

from decimal import Decimal

from the_alchemiser.strategy_v2.language.tree import AtomKind, Form
from the_alchemiser.strategy_v2.plan.call import Call
from the_alchemiser.strategy_v2.plan.steps import (
    Comparator,
    Condition,
    Indicator,
    IndicatorKind,
    IndicatorOf,
)

COMPARATORS = {comparator.value: comparator for comparator in Comparator}
INDICATORS = {kind.value: kind for kind in IndicatorKind}

DEFAULT_WINDOWS = {IndicatorKind.RSI: 14, IndicatorKind.CURRENT_PRICE: 1}
"""Indicators that may stand without a window."""

EXPECTED_CONDITION = f"a comparison by {' '.join(COMPARATORS)}"
EXPECTED_INDICATOR = f"an indicator, one of {', '.join(INDICATORS)}"


def read_condition(call: Call, index: int) -> Condition:
    """Read the argument that decides a choice."""
    comparison = call.inner(index)
    comparator = COMPARATORS.get(comparison.head) if comparison else None
    if comparison is None or comparator is None:
        raise call.fault(index, EXPECTED_CONDITION)
    known = call.known.conditions.get(comparison.form)
    if known is not None:
        return known
    comparison.check_count(2, 2, "two things to compare")
    left = _operand(comparison, 0, comparator)
    right = _operand(comparison, 1, comparator)
    if isinstance(left, str) != isinstance(right, str):
        raise comparison.fault(1, "a string" if isinstance(left, str) else "a number")
    condition = Condition(comparator=comparator, left=left, right=right, spelled=comparison.form)
    call.known.conditions[comparison.form] = condition
    return condition


def read_indicator(call: Call, index: int) -> Indicator:
    """Read the argument by which a filter ranks: an indicator without its symbol."""
    ranked = call.inner(index)
    if ranked is None or ranked.head not in INDICATORS:
        raise call.fault(index, EXPECTED_INDICATOR)
    ranked.check_count(0, 1, "only a map such as {:window 10}")
    return _indicator(ranked, 0)


def _operand(call: Call, index: int, comparator: Comparator) -> IndicatorOf | Decimal | str:
    node = call.arguments[index]
    if isinstance(node, Form):
        return call.known.indicators.get(node) or _indicator_of(call, index, node)
    if node.kind is AtomKind.NUMBER:
        return Decimal(node.text)
    if comparator is Comparator.EQUAL and node.kind is not AtomKind.KEYWORD:
        return node.text
    raise call.fault(index, "a number or an indicator")


def _indicator_of(call: Call, index: int, form: Form) -> IndicatorOf:
    indicator = call.inner(index)
    if indicator is None or indicator.head not in INDICATORS:
        raise call.fault(index, f"a number or {EXPECTED_INDICATOR}")
    indicator.check_count(1, 2, "a ticker, and a map such as {:window 10}")
    wanted = IndicatorOf(indicator=_indicator(indicator, 1), symbol=indicator.ticker(0))
    call.known.indicators[form] = wanted
    return wanted


def _indicator(call: Call, index: int) -> Indicator:
    kind = INDICATORS[call.head]
    if kind is IndicatorKind.CURRENT_PRICE:
        return Indicator(kind=kind, window=1)
    return Indicator(kind=kind, window=call.window(index, DEFAULT_WINDOWS.get(kind)))
