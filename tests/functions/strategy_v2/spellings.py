"""The same strategy as others would spell it: forms that exports, editors and people differ in."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from the_alchemiser.strategy_v2.language.parser import parse
from the_alchemiser.strategy_v2.language.text import Source
from the_alchemiser.strategy_v2.language.tree import Atom, AtomKind, Form, Node, write

PROSE = ("nil", "true", '"Ünïcode; [prose]"', '"S&P 500" nil', '"One" "XNYS"', "nil {:kind :etf}")
DISCARDED = ('#_(asset "NONE")', "#_ [1 2 {:a 1}]", "#_word", '#_#_ (a) "b"', "#_(x #_y)")
METADATA = ("^:hot ", '^{:doc "x"} ', "^String ", "^:a ^{:b 1} ")
NAMES = {
    "rsi": "relative-strength-index",
    "stdev-return": "standard-deviation-return",
    "stdev-price": "standard-deviation-price",
    "weight-inverse-volatility": "weight-inverse-vol",
}
OPTIONS = ("nil", "{}", '{:asset-class "EQUITIES"}', '{:rebalance-frequency nil :note "x"}')
COUNTERPART = {"(": ")", "[": "]", "{": "}"}


def respelled(text: str, seed: int) -> str:
    """Write a strategy otherwise, with the same meaning."""
    draw = Random(seed)
    node = parse(Source(file="plain", text=text), shared=False)
    body = _written(node, draw)
    if draw.random() < 0.5:
        options = draw.choice(OPTIONS)
        body = f'defsymphony "As exported" {options} {body}'
        if draw.random() < 0.5:
            body = f"({body})"
    return draw.choice(["", "\ufeff"]) + body.replace("\n", draw.choice(["\n", "\r\n"]))


def _written(node: Node, draw: Random) -> str:
    if isinstance(node, Atom):
        return _number(node.text, draw) if node.kind is AtomKind.NUMBER else write(node)
    head = node.items[0] if node.items and node.bracket == "(" else None
    name = head.text if isinstance(head, Atom) else ""
    if name == "asset":
        return _asset(node, draw)
    if name in INDICATORS:
        return _indicator(node, name, draw)
    items = [_written(item, draw) for item in node.items]
    if head is not None:
        items[0] = _name(name, draw)
        items = _spread(name, items, draw)
    if node.bracket == "[" and draw.random() < 0.3:
        items.insert(draw.randint(0, len(items)), draw.choice(["nil", *DISCARDED]))
    if node.bracket == "(" and draw.random() < 0.05:
        return draw.choice(METADATA) + _together(node, items, draw)
    return _together(node, items, draw)


def _together(node: Form, items: list[str], draw: Random) -> str:
    gap = draw.choice([" ", "\n  ", ", ", " ; a [comment\n "])
    return node.bracket + gap.join(items) + COUNTERPART[node.bracket]


def _spread(name: str, items: list[str], draw: Random) -> list[str]:
    """Add what says nothing, and give the weights of a file another place."""
    if name == "group" and draw.random() < 0.5:
        items.insert(2, draw.choice(["nil", "true"]))
    if name == "filter" and draw.random() < 0.3:
        items.insert(2, "nil")
    if name == "weight-specified" and draw.random() < 0.5:
        weights, children = items[1::2], items[2::2]
        return [items[0], f"[{' '.join(weights)}]", f"[{' '.join(children)}]"]
    if name == "weight-specified" and draw.random() < 0.3:
        items[1::2] = [f'"{weight}"' for weight in items[1::2]]
    if name == "weight-inverse-volatility" and draw.random() < 0.5:
        items[1] = f"{{:window {items[1]}}}"
    if name in (">", "<", ">=", "<="):
        return _condition([_quoted(item, draw) for item in items], draw)
    return items


def _quoted(item: str, draw: Random) -> str:
    is_number = item.lstrip("-.")[:1].isdigit()
    return f'"{item}"' if is_number and draw.random() < 0.3 else item


def _condition(items: list[str], draw: Random) -> list[str]:
    comparison = f"({' '.join(items)})"
    return draw.choice(
        [
            items,
            ["and", comparison, "true"],
            ["or", "false", comparison],
            ["not", f"(not {comparison})"],
            ["and", comparison, "(not= 1 2)", "(== 2 2)", "(!= 2 1)"],
            ["and", f"(or {comparison} {comparison})"],
        ]
    )


def _asset(node: Form, draw: Random) -> str:
    ticker = node.items[1]
    assert isinstance(ticker, Atom)
    symbol = draw.choice([ticker.text, f"EQUITIES::{ticker.text}//USD"])
    prose = draw.choice(["", *PROSE])
    discarded = draw.choice(["", "", *DISCARDED])
    return f'{discarded} (asset "{symbol}" {prose})'


INDICATORS = frozenset(
    {
        "rsi",
        "moving-average-price",
        "exponential-moving-average-price",
        "moving-average-return",
        "cumulative-return",
        "stdev-return",
        "stdev-price",
        "max-drawdown",
    }
)


def _indicator(node: Form, name: str, draw: Random) -> str:
    rest: Sequence[Node] = node.items[1:]
    symbols = [_ticker(item, draw) for item in rest if isinstance(item, Atom)]
    windows = [item.items[1] for item in rest if isinstance(item, Form)]
    pieces = [_name(name, draw), *symbols]
    for window in windows:
        assert isinstance(window, Atom)
        days = window.text
        forms = ["{}", '"{}"', '{{:window "{}"}}', "{{:window {}}}"]
        pieces.append(draw.choice(forms).format(days))
    return f"({' '.join(pieces)})"


def _ticker(atom: Atom, draw: Random) -> str:
    return draw.choice([f'"{atom.text}"', f'"EQUITIES::{atom.text}//USD"'])


def _name(name: str, draw: Random) -> str:
    return draw.choice([name, NAMES.get(name, name)])


def _number(text: str, draw: Random) -> str:
    forms = [text, f"{text}e0", f"{text}0e-1" if "." not in text else f"{text}0"]
    if "." not in text:
        forms += [f"{text}/1", f"{text}.0"]
    if text.startswith("0."):
        forms += [text[1:]]
    return draw.choice(forms)
