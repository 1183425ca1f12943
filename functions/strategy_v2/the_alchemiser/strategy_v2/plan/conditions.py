"""Conditions: indicators, comparisons of them, and what and, or and not make of these."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from the_alchemiser.strategy_v2.language.text import number
from the_alchemiser.strategy_v2.language.tree import FALSE, TRUE, Atom, AtomKind, Form
from the_alchemiser.strategy_v2.plan.call import DAYS, MAX_WINDOW, Call
from the_alchemiser.strategy_v2.plan.steps import (
    Combination,
    Combinator,
    Comparator,
    Comparison,
    Condition,
    Indicator,
    IndicatorKind,
    IndicatorOf,
)

ALIASES = MappingProxyType(
    {
        "relative-strength-index": IndicatorKind.RSI,
        "standard-deviation-return": IndicatorKind.STDEV_RETURN,
        "standard-deviation-price": IndicatorKind.STDEV_PRICE,
    }
)
"""Names that some exports use."""

INDICATORS: Mapping[str, IndicatorKind] = MappingProxyType(
    {kind.value: kind for kind in IndicatorKind} | ALIASES
)

EXPECTED_INDICATOR = f"an indicator, one of {', '.join(IndicatorKind)}"


class Parameter(NamedTuple):
    """A key of the map that an indicator takes."""

    key: str
    default: int | None
    """None for one that may not be left out."""
    is_days: bool = True


WINDOW = Parameter("window", None)
LONG, SHORT = Parameter("long-window", 26), Parameter("short-window", 12)
SMOOTH = Parameter("smooth-window", 9)
BAND = (Parameter("window", 20), Parameter("std-dev", 2, is_days=False))

PARAMETERS: Mapping[IndicatorKind, tuple[Parameter, ...]] = MappingProxyType(
    {
        IndicatorKind.RSI: (Parameter("window", 14),),
        IndicatorKind.CURRENT_PRICE: (Parameter("window", 1),),
        IndicatorKind.PERCENTAGE_PRICE_OSCILLATOR: (LONG, SHORT),
        IndicatorKind.PERCENTAGE_PRICE_OSCILLATOR_SIGNAL: (LONG, SHORT, SMOOTH),
        IndicatorKind.MACD: (LONG, SHORT),
        IndicatorKind.MACD_SIGNAL: (LONG, SHORT, SMOOTH),
        IndicatorKind.LOWER_BOLLINGER: BAND,
        IndicatorKind.UPPER_BOLLINGER: BAND,
    }
)
"""What each takes, the window first, if not just a window that has to be there."""


BANDS = frozenset({IndicatorKind.LOWER_BOLLINGER, IndicatorKind.UPPER_BOLLINGER})
MAX_DEVIATIONS = 100


def read_indicator(call: Call, index: int) -> Indicator:
    """Read the argument by which a filter ranks: an indicator without its symbol."""
    ranked = call.inner(index)
    if ranked is None or ranked.head not in INDICATORS:
        raise call.fault(index, EXPECTED_INDICATOR)
    ranked.leave_out_literals()
    ranked.check_count(0, 1, f"only {_example(ranked)}")
    return _indicator(ranked, 0)


def read_indicator_of(call: Call, index: int, form: Form) -> IndicatorOf:
    """Read an argument that is an indicator of a symbol."""
    indicator = call.inner(index)
    if indicator is None or indicator.head not in INDICATORS:
        raise call.fault(index, f"a number or {EXPECTED_INDICATOR}")
    indicator.leave_out_literals(1)
    indicator.check_count(1, 2, f"a ticker, and {_example(indicator)}")
    wanted = IndicatorOf(indicator=_indicator(indicator, 1), symbol=indicator.ticker(0))
    call.known.indicators[form] = wanted
    return wanted


def _indicator(call: Call, index: int) -> Indicator:
    kind = INDICATORS[call.head]
    parameters = PARAMETERS.get(kind, (WINDOW,))
    values = _values(call, index, parameters)
    if kind is IndicatorKind.CURRENT_PRICE:
        return Indicator(kind=kind, window=1)
    window, *others = values
    if others and kind not in BANDS and others[0] >= window:
        raise call.fault(index, ":short-window below :long-window")
    return Indicator(kind=kind, window=int(window), others=tuple(others))


def _values(call: Call, index: int, parameters: tuple[Parameter, ...]) -> list[Decimal]:
    """Read a map, or the window alone as `10` or `"10"`; what is left out has its default."""
    options = call.inner(index, "{")
    given: dict[str, Decimal] = {}
    if options is not None:
        for key, position in options.pairs():
            given[key] = _value(options, key, position, parameters)
    elif index < len(call.arguments):
        if len(parameters) > 1 or not isinstance(call.arguments[index], Atom):
            raise call.fault(index, _example(call))
        given[WINDOW.key] = Decimal(call.count(index, MAX_WINDOW, DAYS))
    for key, default, _ in parameters:
        if key not in given:
            if default is None:
                raise call.fault(index, _example(call))
            given[key] = Decimal(default)
    return [given[parameter.key] for parameter in parameters]


def _value(options: Call, key: str, position: int, parameters: tuple[Parameter, ...]) -> Decimal:
    known = {parameter.key: parameter for parameter in parameters}
    if key not in known:
        keywords = " or ".join(f":{name}" for name in known)
        raise options.fault(position - 1, f"the keyword {keywords}")
    if known[key].is_days:
        return Decimal(options.count(position, MAX_WINDOW, DAYS))
    text = options.atom(position, AtomKind.NUMBER, AtomKind.STRING)
    value = None if text is None else number(text)
    if value is None or not 0 < value <= MAX_DEVIATIONS:
        raise options.fault(position, f"a number above 0 and up to {MAX_DEVIATIONS}")
    return value


def _example(call: Call) -> str:
    parameters = PARAMETERS.get(INDICATORS[call.head], (WINDOW,))
    if len(parameters) == 1:
        return "a map such as {:window 10}"
    pairs = " ".join(f":{key} {default}" for key, default, _ in parameters)
    return f"a map such as {{{pairs}}}"


COMPARATORS = {comparator.value: comparator for comparator in Comparator} | {"==": Comparator.EQUAL}
DIFFERS = ("not=", "!=")
COMBINATORS = {combinator.value: combinator for combinator in Combinator}

MAX_COMBINED = 20
"""Levels of and, or and not within each other."""

EXPECTED_CONDITION = f"a comparison by {' '.join(Comparator)}"

ALWAYS = Combination(combinator=Combinator.ALL, parts=(), spelled=TRUE)
NEVER = Combination(combinator=Combinator.ANY, parts=(), spelled=FALSE)


def read_condition(call: Call, index: int, level: int = 0) -> Condition:
    """Read the argument that decides a choice."""
    node = call.arguments[index]
    if not isinstance(node, Form):
        return _literal(call, index, node)
    known = call.known.conditions.get(node)
    if known is not None:
        return known
    form = Call(call.source, node, call.known)
    if form.head in COMBINATORS:
        condition: Condition = _combination(call, index, form, level)
    elif form.head in COMPARATORS:
        condition = _comparison(form, COMPARATORS[form.head])
    elif form.head in DIFFERS:
        same = _comparison(form, Comparator.EQUAL)
        condition = Combination(combinator=Combinator.NOT, parts=(same,), spelled=form.form)
    else:
        raise call.fault(index, EXPECTED_CONDITION)
    call.known.conditions[node] = condition
    return condition


def _literal(call: Call, index: int, atom: Atom) -> Condition:
    if atom.kind is not AtomKind.LITERAL:
        raise call.fault(index, EXPECTED_CONDITION)
    return ALWAYS if atom is TRUE else NEVER


def _combination(call: Call, index: int, form: Call, level: int) -> Combination:
    if level == MAX_COMBINED:
        raise call.fault(index, f"at most {MAX_COMBINED} levels of and, or and not")
    combinator = COMBINATORS[form.head]
    most = 1 if combinator is Combinator.NOT else None
    form.check_count(1, most, "one comparison" if most else "comparisons")
    parts = tuple(read_condition(form, place, level + 1) for place in range(len(form.arguments)))
    return Combination(combinator=combinator, parts=parts, spelled=form.form)


def _comparison(call: Call, comparator: Comparator) -> Comparison:
    call.check_count(2, 2, "two things to compare")
    left = _operand(call, 0, comparator)
    right = _operand(call, 1, comparator)
    if isinstance(left, str) != isinstance(right, str):
        raise call.fault(1, "a string" if isinstance(left, str) else "a number")
    return Comparison(comparator=comparator, left=left, right=right, spelled=call.form)


def _operand(call: Call, index: int, comparator: Comparator) -> IndicatorOf | Decimal | str:
    node = call.arguments[index]
    if isinstance(node, Form):
        return call.known.indicators.get(node) or read_indicator_of(call, index, node)
    is_quoted = node.kind is AtomKind.STRING and comparator is not Comparator.EQUAL
    if node.kind is AtomKind.NUMBER or (is_quoted and number(node.text) is not None):
        return call.number(index, "a number")
    if comparator is Comparator.EQUAL and node.kind is not AtomKind.KEYWORD:
        return node.text
    raise call.fault(index, "a number or an indicator")
