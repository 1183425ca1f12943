"""Shapes that a file of group filters can have: what its groups consist of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from types import MappingProxyType

from benchmarks.generated_strategies import MEASURES, SMALLEST, SYMBOLS, condition, symphony


@dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    """How often each operator stands in a group's body, as probabilities."""

    choice: float = 0.4
    group: float = 0.0
    """Of weights over groups instead of bare bodies."""
    specified: float = 0.0
    inverse: float = 0.0
    """Of weights by inverse volatility over bodies; what is left weighs equally."""
    leaf_specified: float = 0.0
    leaf_inverse: float = 0.1
    leaf_filter: float = 0.0
    symbols: Sequence[str] = SYMBOLS
    fan_out: tuple[int, int] = (2, 4)
    groups: int = 3
    keep: int = 1
    window: int | None = None


SHAPES: Mapping[str, Shape] = MappingProxyType(
    {
        "weights alone": Shape(choice=0),
        "weights, few choices": Shape(choice=0.1),
        "specified weights": Shape(choice=0.25, specified=1, leaf_specified=0.5),
        "weights over groups": Shape(choice=0.3, group=1),
        "inverse volatility": Shape(choice=0.3, leaf_inverse=0.9),
        "inverse volatility of bodies": Shape(choice=0.3, inverse=0.5, leaf_inverse=0.5),
        "choices alone": Shape(choice=0.95),
        "filters over tickers": Shape(choice=0.6, leaf_filter=0.5),
        "three symbols": Shape(symbols=SYMBOLS[:3]),
        "wide": Shape(choice=0.2, fan_out=(8, 20)),
        "two of six groups": Shape(groups=6, keep=2),
        "longest windows": Shape(window=33),
        "of everything": Shape(
            choice=0.5,
            group=0.4,
            specified=0.4,
            inverse=0.1,
            leaf_specified=0.2,
            leaf_inverse=0.3,
            leaf_filter=0.1,
        ),
    }
)


def shaped(name: str, size_bytes: int, chains: int = 10, seed: int = 7) -> str:
    """Write `chains` of three group filters within each other, of roughly so many bytes."""
    text, share = "", size_bytes / chains * 1.6
    for _ in range(4):
        random = Random(seed)
        text = symphony([_filter(random, SHAPES[name], 3, share) for _ in range(chains)])
        if abs(len(text) / size_bytes - 1) < 0.03:
            break
        share *= size_bytes / len(text)
    return text


def _filter(random: Random, shape: Shape, depth: int, size_bytes: float) -> str:
    name = random.choice(list(MEASURES))
    window = shape.window or random.choice([window for window in MEASURES[name] if window <= 20])
    groups = []
    for index in range(shape.groups):
        share = size_bytes / shape.groups
        if depth > 1 and index == 0:
            inner = _filter(random, shape, depth - 1, share / 2)
            text = f"(weight-equal [{inner} {_body(random, shape, share / 2)}])"
        else:
            text = _body(random, shape, share)
        groups.append(_group(random, text))
    side = random.choice(("select-top", "select-bottom"))
    ranked = "\n".join(groups)
    return f"(filter ({name} {{:window {window}}}) ({side} {shape.keep})\n[{ranked}])"


def _body(random: Random, shape: Shape, size_bytes: float) -> str:
    if size_bytes < SMALLEST:
        return _leaf(random, shape)
    if random.random() < shape.choice:
        share = random.uniform(0.2, 0.8)
        then = _body(random, shape, (size_bytes - 90) * share)
        otherwise = _body(random, shape, (size_bytes - 90) * (1 - share))
        return f"(if {condition(random)}\n[{then}]\n[{otherwise}])"
    count = random.randint(*shape.fan_out)
    parts = [_body(random, shape, (size_bytes - 20) / count) for _ in range(count)]
    if random.random() < shape.group:
        parts = [_group(random, part) for part in parts]
    if random.random() < shape.specified:
        return _specified(random, parts)
    if random.random() < shape.inverse:
        return _inverse(random, parts)
    return "(weight-equal\n[" + "\n".join(parts) + "])"


def _leaf(random: Random, shape: Shape) -> str:
    kind = random.random()
    assets = [f'(asset "{random.choice(shape.symbols)}")' for _ in range(3)]
    if kind < shape.leaf_inverse:
        return _inverse(random, assets)
    kind -= shape.leaf_inverse
    if kind < shape.leaf_specified:
        return _specified(random, assets)
    kind -= shape.leaf_specified
    if kind < shape.leaf_filter:
        window, keep = random.choice((10, 14, 20)), random.randint(1, 2)
        return f"(filter (rsi {{:window {window}}}) (select-top {keep}) [{' '.join(assets)}])"
    return random.choice((assets[0], f"(weight-equal [{' '.join(assets)}])"))


def _specified(random: Random, parts: Sequence[str]) -> str:
    weighed = " ".join(f"{random.uniform(0.05, 0.9):.2f} {part}" for part in parts)
    return f"(weight-specified {weighed})"


def _inverse(random: Random, parts: Sequence[str]) -> str:
    window = random.choice((5, 9, 10, 14, 20, 22, 45, 90))
    return f"(weight-inverse-volatility {window} [" + "\n".join(parts) + "])"


def _group(random: Random, text: str) -> str:
    return f'(group "G{random.randint(0, 9)}" [{text}])'
