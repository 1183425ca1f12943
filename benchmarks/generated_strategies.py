"""Strategies of any size for measurements and tests: the same seed always gives the same text."""

from __future__ import annotations

from random import Random

SYMBOLS = tuple(
    "AAPL AMD BAC BBY CVX GE HD JNJ JPM KO LLY MRK MSFT PEP PFE PG RRC UNH WMT XOM".split()  # noqa: SIM905
)
MEASURES = {
    "rsi": (10, 14, 20, 60),
    "cumulative-return": (5, 10, 20, 60, 90),
    "moving-average-return": (10, 20, 45),
    "max-drawdown": (10, 20, 50),
    "stdev-return": (10, 20),
}
SMALLEST = 200
"""Bytes below which a body is a leaf."""


def counted(assets: int, conditions: int, seed: int = 1) -> str:
    """Write a strategy with so many assets and conditions, spread over branches side by side."""
    random = Random(seed)
    conditions_left, spare = conditions, assets - 2 * conditions
    branches = []
    while conditions_left:
        depth = min(conditions_left, random.randint(1, 30))
        branches.append(_chain(random, depth))
        conditions_left -= depth
        spare -= 1
    branches += [_assets(random, 1) for _ in range(spare + conditions)]
    return symphony(branches)


def _chain(random: Random, depth: int) -> str:
    text = _assets(random, 1)
    for _ in range(depth):
        text = f"(if {condition(random)} [{_assets(random, 1)}] [{text}])"
    return text


def nested_filters(size_bytes: int, chains: int = 10, seed: int = 7) -> str:
    """Write `chains` of three group filters within each other, of roughly so many bytes."""
    random = Random(seed)
    share = int(size_bytes / chains * 1.95)
    return symphony([_group_filter(random, 3, share) for _ in range(chains)])


def deep(levels: int, size_bytes: int, seed: int = 3) -> str:
    """Write choices within each other, one level of brackets after the other."""
    random = Random(seed)
    width = max(1, size_bytes // (levels // 2) // 14)
    text = _assets(random, width)
    for _ in range(levels // 2):
        text = f"(if {condition(random)} [{_assets(random, width)}] [{text}])"
    return symphony([text])


def condition(random: Random) -> str:
    """Write one comparison."""
    kind = random.random()
    one, other = random.sample(SYMBOLS, 2)
    if kind < 0.7:
        name = random.choice(list(MEASURES))
        threshold = random.uniform(20, 80) if name == "rsi" else random.uniform(-5, 20)
        return f"({random.choice('><')} {_reading(random, name, one)} {threshold:.4f})"
    if kind < 0.85:
        return f"(> {_reading(random, 'rsi', one)} {_reading(random, 'rsi', other)})"
    window = random.choice((20, 50, 100, 200))
    return f'(> (current-price "{one}") (moving-average-price "{one}" {{:window {window}}}))'


def _body(random: Random, size_bytes: float) -> str:
    """Write a tree of choices and weights."""
    if size_bytes < SMALLEST:
        return _leaf(random)
    if random.random() < 0.75:
        share = random.uniform(0.2, 0.8)
        left = _body(random, (size_bytes - 90) * share)
        right = _body(random, (size_bytes - 90) * (1 - share))
        return f"(if {condition(random)}\n[{left}]\n[{right}])"
    count = random.randint(2, 4)
    parts = [_body(random, (size_bytes - 20) / count) for _ in range(count)]
    return "(weight-equal\n[" + "\n".join(parts) + "])"


def _group_filter(random: Random, depth: int, size_bytes: float) -> str:
    name = random.choice(list(MEASURES))
    window = random.choice([window for window in MEASURES[name] if window <= 20])
    groups = []
    for index in range(3):
        text = _body(random, size_bytes / 3)
        if depth > 1 and index == 0:
            inner = _group_filter(random, depth - 1, size_bytes / 6)
            text = f"(weight-equal [{inner} {_body(random, size_bytes / 6)}])"
        groups.append(f'(group "G{random.randint(0, 9)}" [{text}])')
    side = random.choice(("select-top", "select-bottom"))
    return f"(filter ({name} {{:window {window}}}) ({side} 1)\n[" + "\n".join(groups) + "])"


def _leaf(random: Random) -> str:
    kind = random.random()
    if kind < 0.6:
        return f'(asset "{random.choice(SYMBOLS)}" "Some Company Inc.")'
    if kind < 0.9:
        return f"(weight-equal [{_assets(random, 3)}])"
    return f"(weight-inverse-volatility 20 [{_assets(random, 2)}])"


def _assets(random: Random, count: int) -> str:
    return " ".join(f'(asset "{random.choice(SYMBOLS)}")' for _ in range(count))


def _reading(random: Random, name: str, symbol: str) -> str:
    return f'({name} "{symbol}" {{:window {random.choice(MEASURES[name])}}})'


def symphony(parts: list[str]) -> str:
    """Weigh several parts equally."""
    options = '{:asset-class "EQUITIES" :rebalance-frequency :daily}'
    return f'(defsymphony "Generated" {options}\n(weight-equal [\n' + "\n".join(parts) + "]))"
