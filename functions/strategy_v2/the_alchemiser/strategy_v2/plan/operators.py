"""Every operator that makes weights: which arguments it takes, and the step that it becomes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType

from the_alchemiser.strategy_v2.language.tree import AtomKind, Form, Node
from the_alchemiser.strategy_v2.plan.call import DAYS, MAX_WINDOW, UNREAD, Call, without_literals
from the_alchemiser.strategy_v2.plan.conditions import read_condition, read_indicator
from the_alchemiser.strategy_v2.plan.options import read_symphony_options
from the_alchemiser.strategy_v2.plan.steps import (
    Choice,
    Equal,
    Filter,
    Group,
    Indicator,
    IndicatorKind,
    InverseVolatility,
    Specified,
    Step,
    StepNumber,
    Ticker,
)

MAX_KEPT = 10_000

Weighed = tuple[tuple[Decimal, ...], tuple[Node, ...]]
"""Weights and the children that they belong to."""

Make = Callable[[tuple[StepNumber, ...]], Step | StepNumber]


Opened = tuple[tuple[Node, ...], Make]
"""What a call holds that is still to be planned, once its own arguments are read, and what then
gives the step, or the number of the inner step that stands for the whole."""


def open_symphony(call: Call) -> Opened:
    """Open `(defsymphony "name" {options} body)`: the body stands for the whole."""
    read_symphony_options(call)
    return (call.arguments[-1],), lambda inner: inner[0]


def open_asset(call: Call) -> Opened:
    """Open `(asset "SYM" "description"?)`; what stands behind the ticker is prose."""
    call.leave_out_literals(1)
    call.check_count(1, None, 'a ticker such as "SPY", and a description')
    symbol = call.ticker(0)
    for index, node in enumerate(call.arguments[1:], start=1):
        is_prose = isinstance(node, Form) and node.bracket == "{"
        if not is_prose and call.atom(index, AtomKind.STRING, AtomKind.KEYWORD) is None:
            raise call.fault(index, "a description in quotes")
    return (), lambda _: Ticker(offset=call.form.offset, symbol=symbol)


def open_group(call: Call) -> Opened:
    """Open `(group "name" body...)`: like a block, it has the value of its last form."""
    call.leave_out_literals(1)
    call.check_count(2, None, 'a "name" and a body')
    name = "" if call.arguments[0] in UNREAD else call.text(0, "the group's name in quotes")
    return (
        call.arguments[1:],
        lambda inner: Group(offset=call.form.offset, name=name, inner=inner[-1:]),
    )


def open_choice(call: Call) -> Opened:
    """Open `(if condition then else?)`."""
    call.leave_out_literals(1)
    call.check_count(2, 3, "a comparison, a `then` and an `else`")
    condition = read_condition(call, 0)
    return (
        call.arguments[1:],
        lambda inner: Choice(
            offset=call.form.offset,
            condition=condition,
            inner=inner,
        ),
    )


def open_equal(call: Call) -> Opened:
    """Open `(weight-equal [children])`."""
    call.check_count(1, None, "a vector of children")
    return children_from(call, 0), lambda inner: Equal(offset=call.form.offset, inner=inner)


def open_specified(call: Call) -> Opened:
    """Open `(weight-specified weight child ...)`, or one with all the weights in front.

    These stand in a vector, one for each child, or in a map by ticker.
    """
    call.check_count(2, None, "weights, each followed by a child")
    weights, children = _weights_in_front(call) or _weights_between(call)
    if not any(weights):
        raise call.fault(0, "at least one weight above 0")
    return (
        children,
        lambda inner: Specified(offset=call.form.offset, weights=weights, inner=inner),
    )


def open_inverse_volatility(call: Call) -> Opened:
    """Open `(weight-inverse-volatility days [children])`."""
    call.check_count(2, None, "a number of days and a vector of children")
    window = _window(call)
    indicator = _volatility(window)
    return (
        children_from(call, 1),
        lambda inner: InverseVolatility(offset=call.form.offset, indicator=indicator, inner=inner),
    )


def _window(call: Call) -> int:
    """Read the days, as `20` or as `{:window 20}`."""
    options = call.inner(0, "{")
    if options is None:
        return call.count(0, MAX_WINDOW, DAYS)
    pairs = dict(options.pairs())
    if set(pairs) != {"window"}:
        raise call.fault(0, "a number of days, or {:window 20}")
    return options.count(pairs["window"], MAX_WINDOW, DAYS)


@lru_cache(maxsize=1024)
def _volatility(window: int) -> Indicator:
    return Indicator(kind=IndicatorKind.STDEV_RETURN, window=window)


def open_filter(call: Call) -> Opened:
    """Open `(filter (indicator {:window n}) (select-top k)? [candidates])`."""
    call.leave_out_literals()
    call.check_count(2, 3, "an indicator, (select-top k) or (select-bottom k), and candidates")
    indicator = read_indicator(call, 0)
    largest_first, keep = _selection(call) if len(call.arguments) > 2 else (True, None)
    return (
        children_from(call, len(call.arguments) - 1),
        lambda inner: Filter(
            offset=call.form.offset,
            indicator=indicator,
            largest_first=largest_first,
            keep=keep,
            inner=inner,
            spelled=call.arguments[:-1],
        ),
    )


def children_from(call: Call, first: int) -> tuple[Node, ...]:
    """List the children from an argument on; the items of a vector are children themselves."""
    children: list[Node] = []
    for node in call.arguments[first:]:
        is_vector = isinstance(node, Form) and node.bracket == "["
        children += node.items if is_vector and isinstance(node, Form) else (node,)
    return without_literals(tuple(children))


def _weights_between(call: Call) -> Weighed:
    count = len(call.arguments)
    if count % 2:
        raise call.fault(count, "a child for the last weight")
    weights = tuple(_weight(call, index) for index in range(0, count, 2))
    return weights, call.arguments[1::2]


def _weights_in_front(call: Call) -> Weighed | None:
    """Read `[60 40] [children]` or `{"SPY" 60 "TLT" 40} [children]`, if it is one of them."""
    listed, by_ticker = call.inner(0, "["), call.inner(0, "{")
    if listed is None and by_ticker is None:
        return None
    children = children_from(call, 1)
    if listed is not None:
        weights = tuple(_weight(listed, index) for index in range(len(listed.arguments)))
        if len(weights) != len(children):
            raise call.fault(0, f"one weight for each of {len(children)} children")
        return weights, children
    assert by_ticker is not None
    pairs = range(0, len(by_ticker.arguments), 2)
    known = {by_ticker.ticker(index): _weight(by_ticker, index + 1) for index in pairs}
    if len(known) != len(pairs) or [_ticker_of(call, child) for child in children] != list(known):
        raise call.fault(1, 'the assets of these tickers in their order, or 0.6 (asset "SPY") ...')
    return tuple(known.values()), children


def _ticker_of(call: Call, node: Node) -> str | None:
    if isinstance(node, Form) and node.bracket == "(":
        asset = Call(call.source, node, call.known)
        return asset.ticker(0) if asset.head == "asset" else None
    return None


def _weight(call: Call, index: int) -> Decimal:
    expected = "a weight of at least 0, such as 0.6"
    weight = call.number(index, expected)
    if weight < 0:
        raise call.fault(index, expected)
    return weight


def _selection(call: Call) -> tuple[bool, int]:
    expected = "(select-top k) or (select-bottom k)"
    selection = call.inner(1)
    if selection is None or selection.head not in ("select-top", "select-bottom"):
        raise call.fault(1, expected)
    selection.check_count(1, 1, "one number")
    keep = selection.count(0, MAX_KEPT, f"a whole number from 1 to {MAX_KEPT}")
    return selection.head == "select-top", keep


UNSUPPORTED = MappingProxyType(
    {
        "weight-market-cap": "market capitalisations",
        "weight-marketcap": "market capitalisations",
        "wt-marketcap": "market capitalisations",
    }
)
"""Operators of other programs that ask for what is not kept, and what that is."""

OPERATORS: Mapping[str, Callable[[Call], Opened]] = MappingProxyType(
    {
        "defsymphony": open_symphony,
        "asset": open_asset,
        "group": open_group,
        "if": open_choice,
        "weight-equal": open_equal,
        "weight-specified": open_specified,
        "weight-inverse-volatility": open_inverse_volatility,
        "weight-inverse-vol": open_inverse_volatility,
        "filter": open_filter,
    }
)
