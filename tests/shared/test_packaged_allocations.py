"""The allocations and strategies that ship."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from the_alchemiser.shared.strategy_allocations import (
    ALLOCATION_FILES,
    check_allocations,
    load_strategy,
    read_allocations,
)
from the_alchemiser.shared.strategy_symbols import configured_symbols, find_symbols
from the_alchemiser.strategy_v2.language.text import Source
from the_alchemiser.strategy_v2.plan.planner import plan_strategy
from the_alchemiser.strategy_v2.plan.steps import (
    Choice,
    Comparison,
    Condition,
    Filter,
    IndicatorOf,
    InverseVolatility,
    Ticker,
)

ROOT = Path(__file__).parents[2]
STRATEGIES = ROOT / "strategies"
FILES = sorted(path.relative_to(STRATEGIES).as_posix() for path in STRATEGIES.rglob("*.clj"))


def test_books_are_complete_and_sum_to_one() -> None:
    assert check_allocations(ROOT) == []


def test_dev_tries_every_strategy_and_prod_fewer_of_them() -> None:
    dev, prod = (
        {entry.file for entry in read_allocations(ROOT, path).entries} for path in ALLOCATION_FILES
    )
    assert dev == set(FILES)
    assert len(dev) >= 8
    assert prod < dev


def comparisons(condition: Condition) -> Iterator[Comparison]:
    if isinstance(condition, Comparison):
        yield condition
    else:
        for part in condition.parts:
            yield from comparisons(part)


@pytest.mark.parametrize("file", FILES)
def test_symbols_found_by_pattern_are_those_the_plan_names(file: str) -> None:
    text = load_strategy(ROOT, file)
    named: set[str] = set()
    for step in plan_strategy(Source(file=file, text=text)).steps:
        if isinstance(step, Ticker):
            named.add(step.symbol)
        if isinstance(step, Choice):
            sides = [side for it in comparisons(step.condition) for side in (it.left, it.right)]
            named |= {side.symbol for side in sides if isinstance(side, IndicatorOf)}
    assert find_symbols(text) == named


def test_strategies_ask_for_symbols_with_real_prices_only() -> None:
    with gzip.open(ROOT / "local/market/data/closes.csv.gz", "rt") as stream:
        header = next(stream).strip().split(",")
    assert set(configured_symbols(ROOT)) <= set(header)


def test_strategies_use_every_way_to_weigh() -> None:
    steps = [
        step
        for file in FILES
        for step in plan_strategy(Source(file=file, text=load_strategy(ROOT, file))).steps
    ]
    assert {InverseVolatility, Filter, Choice} <= {type(step) for step in steps}
