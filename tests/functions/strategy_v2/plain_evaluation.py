"""The language once more, as simply as it can be said: recursive, day by day, nothing remembered.

Only indicator values are kept; every form is evaluated anew whenever it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from itertools import pairwise
from math import fsum, isnan, sqrt
from typing import Any, TypeAlias

import pandas as pd

from tests.functions.strategy_v2.independent_indicators import indicator
from the_alchemiser.shared.market_data import BarStore
from the_alchemiser.strategy_v2.language.parser import parse
from the_alchemiser.strategy_v2.language.text import Source
from the_alchemiser.strategy_v2.language.tree import Atom, AtomKind, Form, Node

HISTORY = {"rsi", "cumulative-return", "moving-average-return", "stdev-return", "max-drawdown"}


class PlainFailure(Exception):
    """The strategy is at fault; inside a filter this drops the candidate."""


@dataclass
class Held:
    weights: dict[str, Decimal]
    body: Node | None = None


Value: TypeAlias = Any
"""A ticker, a number, a list of values or what is held."""


class PlainEvaluation:
    def __init__(self, text: str, store: BarStore, as_of: date) -> None:
        self.root = parse(Source(file="plain", text=text), shared=False)
        self.store = store
        self.as_of = as_of
        self.prices = cache(self._prices)
        self.table = cache(self._table)
        self.measure = cache(self._measure)
        self.change = cache(self._change)
        self._known_earnings: dict[tuple[int, date], float | None] = {}

    def weights(self) -> dict[str, Decimal]:
        value = unwrapped(self.value(self.root, weekday_before(self.as_of)))
        if isinstance(value, str):
            return {value: Decimal(1)}
        if not isinstance(value, Held) or not value.weights:
            raise PlainFailure("no weights")
        return value.weights

    # --- prices

    def _prices(self, symbol: str) -> pd.Series:
        closes = self.store.closes(symbol, self.as_of)
        return pd.Series(closes.values, index=list(closes.dates))

    def _table(self, name: str, symbol: str, window: int) -> pd.Series:
        return indicator(name, self.prices(symbol), window)

    def _measure(self, name: str, symbol: str, window: int, day: date) -> float:
        table = self.table(name, symbol, window)
        known = int(table.index.searchsorted(day, side="right"))
        value = float(table.iloc[known - 1]) if known else float("nan")
        if isnan(value):
            raise PlainFailure(f"{name} of {symbol} on {day}")
        return value

    def _change(self, symbol: str, day: date) -> float | None:
        prices = self.prices(symbol)
        known = int(prices.index.searchsorted(day, side="right"))
        if known < 2 or prices.index[known - 1] != day:
            return None
        return float(prices.iloc[known - 1] / prices.iloc[known - 2] - 1)

    # --- forms

    def value(self, node: Node, day: date) -> Value:
        if isinstance(node, Atom):
            return Decimal(node.text) if node.kind is AtomKind.NUMBER else node.text
        if node.bracket == "[":
            return [self.value(item, day) for item in node.items]
        head, *args = node.items
        operators: dict[str, Callable[[], Value]] = {
            "defsymphony": lambda: self.value(args[2], day),
            "asset": lambda: text(args[0]),
            "group": lambda: self.group(args, day),
            "if": lambda: self.choice(args, day),
            "weight-equal": lambda: equally([self.value(arg, day) for arg in args]),
            "weight-specified": lambda: self.specified(args, day),
            "weight-inverse-volatility": lambda: self.inverse_volatility(args, day),
            "filter": lambda: self.filtered(args, day),
        }
        return operators[text(head)]()

    def group(self, args: Sequence[Node], day: date) -> Value:
        value = unwrapped(self.value(args[-1], day))
        if isinstance(value, str):
            return Held({value: Decimal(1)}, args[-1])
        return Held(value.weights, args[-1]) if isinstance(value, Held) else value

    def choice(self, args: Sequence[Node], day: date) -> Value:
        assert isinstance(args[0], Form)
        operator, *sides = args[0].items
        left, right = (self.number(side, day) for side in sides)
        holds = {
            ">": left > right,
            "<": left < right,
            ">=": left >= right,
            "<=": left <= right,
            "=": left == right,
        }[text(operator)]
        if not holds and len(args) < 3:
            raise PlainFailure("no else")
        return self.value(args[1] if holds else args[2], day)

    def number(self, node: Node, day: date) -> Decimal:
        if isinstance(node, Atom):
            return Decimal(node.text)
        name, symbol = text(node.items[0]), text(node.items[1])
        default = 14 if name == "rsi" else 1
        window = window_of(node.items[2]) if len(node.items) > 2 else default
        return Decimal(repr(self.measure(name, symbol, window, day)))

    def specified(self, args: Sequence[Node], day: date) -> Held:
        weights, holdings = args[::2], [equally([self.value(arg, day)]) for arg in args[1::2]]
        if not all(holding.weights for holding in holdings):
            raise PlainFailure("an empty child")
        return merged(holdings, [Decimal(text(weight)) for weight in weights])

    def inverse_volatility(self, args: Sequence[Node], day: date) -> Held:
        window = int(text(args[0]))
        children: list[str | Held] = []
        for child in flat([self.value(arg, day) for arg in args[1:]]):
            if not (isinstance(child, str) and child in children):
                children.append(child)
        swinging = [(child, self.volatility(child, window, day)) for child in children]
        swinging = [(child, swing) for child, swing in swinging if swing > 0]
        if children and not swinging:
            raise PlainFailure("nothing swings")
        return merged(
            [child for child, _ in swinging],
            [1 / Decimal(repr(swing)) for _, swing in swinging],
        )

    def volatility(self, child: str | Held, window: int, day: date) -> float:
        if isinstance(child, str):
            try:
                return self.measure("stdev-return", child, window, day)
            except PlainFailure:
                return 0.0
        swings = [
            (float(weight), swing)
            for symbol, weight in child.weights.items()
            if (swing := self.volatility(symbol, window, day)) > 0
        ]
        total = fsum(weight for weight, _ in swings)
        return fsum(weight * swing for weight, swing in swings) / total if total else 0.0

    # --- filters

    def filtered(self, args: Sequence[Node], day: date) -> Held:
        measure, candidates = args[0], args[-1]
        assert isinstance(measure, Form)
        name = text(measure.items[0])
        window = window_of(measure.items[1]) if len(measure.items) > 1 else 14
        largest, keep = True, None
        if len(args) == 3:
            assert isinstance(args[1], Form)
            largest, keep = text(args[1].items[0]) == "select-top", int(text(args[1].items[1]))
        items = self.candidates(candidates, day)
        if any(isinstance(item, Held) for item in items) and not any(
            isinstance(item, list) for item in items
        ):
            scored = [
                (score, item if isinstance(item, str) else min(item.weights), item)
                for item in items
                if (score := self.score(item, name, window, day)) is not None
            ]
        else:
            scored = []
            for symbol in dict.fromkeys(tickers(items)):
                try:
                    scored.append((self.measure(name, symbol, window, day), symbol, symbol))
                except PlainFailure:
                    continue
        scored.sort(key=lambda found: (-found[0] if largest else found[0], found[1]))
        return equally([item for _, _, item in scored[:keep]])

    def candidates(self, node: Node, day: date) -> list[Value]:
        children = node.items if isinstance(node, Form) and node.bracket == "[" else (node,)
        found: list[Value] = []
        for child in children:
            try:
                found.append(self.value(child, day))
            except PlainFailure:
                continue
        if len(children) == 1 and found and isinstance(found[0], list):
            found = found[0]
        items = [unwrapped(item) for item in found]
        return [
            item
            for item in items
            if item != [] and not (isinstance(item, Held) and not item.weights)
        ]

    def score(self, item: str | Held, name: str, window: int, day: date) -> float | None:
        score = None
        if isinstance(item, Held) and item.body is not None and name in HISTORY:
            score = self.past_score(item.body, name, window, day)
        if score is None:
            score = self.mean_measure(item, name, window, day)
        return -score if score is not None and name == "max-drawdown" else score

    def mean_measure(self, item: str | Held, name: str, window: int, day: date) -> float | None:
        weights = {item: Decimal(1)} if isinstance(item, str) else item.weights
        known = []
        for symbol, weight in weights.items():
            try:
                known.append((float(weight), self.measure(name, symbol, window, day)))
            except PlainFailure:
                continue
        total = fsum(weight for weight, _ in known)
        return fsum(weight * value for weight, value in known) / total if total else None

    def past_score(self, body: Node, name: str, window: int, day: date) -> float | None:
        returns: list[float] = []
        first = day - timedelta(days=min(int(2.5 * window) + 10, 45))
        current = day
        while current > first and len(returns) < window:
            earned = self.earned(body, current)
            if earned is not None:
                returns.insert(0, earned)
            current = weekday_before(current)
        return of_returns(name, returns) if len(returns) == window else None

    def earned(self, body: Node, day: date) -> float | None:
        # Windows of nested filters overlap; a node is its place in the text, which lives with us.
        known = (id(body), day)
        if known not in self._known_earnings:
            self._known_earnings[known] = self._earned(body, day)
        return self._known_earnings[known]

    def _earned(self, body: Node, day: date) -> float | None:
        try:
            holding = equally([self.value(body, weekday_before(day))])
        except PlainFailure:
            return None
        known = [
            (float(weight), change)
            for symbol, weight in holding.weights.items()
            if (change := self.change(symbol, day)) is not None
        ]
        total = fsum(weight for weight, _ in known)
        return fsum(weight * change for weight, change in known) / total if total else None


def is_empty(item: Value) -> bool:
    return isinstance(item, Held) and not item.weights


def weekday_before(day: date) -> date:
    day -= timedelta(days=1)
    while day.weekday() > 4:
        day -= timedelta(days=1)
    return day


def text(node: Node) -> str:
    assert isinstance(node, Atom)
    return node.text


def window_of(options: Node) -> int:
    assert isinstance(options, Form)
    return int(text(options.items[1]))


def unwrapped(value: Value) -> Value:
    while isinstance(value, list) and len(value) == 1:
        value = value[0]
    return value


def flat(values: Sequence[Value]) -> list[str | Held]:
    result: list[str | Held] = []
    for value in values:
        result += flat(value) if isinstance(value, list) else [value]
    return result


def tickers(values: Sequence[Value]) -> list[str]:
    found = flat(values)
    return [
        symbol for item in found for symbol in ([item] if isinstance(item, str) else item.weights)
    ]


def equally(values: Sequence[Value]) -> Held:
    children = [child for child in flat(values) if isinstance(child, str) or child.weights]
    return merged(children, [Decimal(1)] * len(children))


def merged(children: Sequence[str | Held], parts: Sequence[Decimal]) -> Held:
    weights: dict[str, Decimal] = {}
    for child, part in zip(children, parts, strict=True):
        inner = {child: Decimal(1)} if isinstance(child, str) else child.weights
        for symbol, weight in inner.items():
            if part:
                weights[symbol] = weights.get(symbol, Decimal(0)) + part / sum(parts) * weight
    return Held(weights)


def of_returns(name: str, returns: list[float]) -> float:
    count = len(returns)
    if name == "moving-average-return":
        return fsum(returns) / count * 100
    if name == "stdev-return":
        mean = fsum(returns) / count
        return sqrt(fsum((r - mean) ** 2 for r in returns) / count) * 100 * sqrt(252)
    prices = [1.0]
    for change in returns:
        prices.append(prices[-1] * (1 + change))
    if name == "cumulative-return":
        return (prices[-1] - 1) * 100
    if name == "max-drawdown":
        return max(1 - price / max(prices[: at + 1]) for at, price in enumerate(prices)) * 100
    ups = [max(after - before, 0.0) for before, after in pairwise(prices)]
    downs = [max(before - after, 0.0) for before, after in pairwise(prices)]
    gain, loss = ups[0], downs[0]
    for up, down in zip(ups[1:], downs[1:], strict=True):
        gain = gain * (1 - 1 / count) + up / count
        loss = loss * (1 - 1 / count) + down / count
    if not loss:
        return 100.0 if gain else 50.0
    return 100 - 100 / (1 + gain / loss)
