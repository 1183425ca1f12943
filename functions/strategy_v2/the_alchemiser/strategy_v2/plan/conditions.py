"""Conditions: comparisons, and what and, or and not make of them."""

from __future__ import annotations

from decimal import Decimal

from the_alchemiser.strategy_v2.language.atoms import number
from the_alchemiser.strategy_v2.language.tree import FALSE, TRUE, Atom, AtomKind, Form
from the_alchemiser.strategy_v2.plan.call import Call
from the_alchemiser.strategy_v2.plan.indicators import read_indicator_of
from the_alchemiser.strategy_v2.plan.steps import (
    Combination,
    Combinator,
    Comparator,
    Comparison,
    Condition,
    IndicatorOf,
)

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
