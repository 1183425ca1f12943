"""What large files ask of the worker; benchmarks/strategy.py says how long they take."""

from __future__ import annotations

import sys

import pytest

from benchmarks.generated_strategies import counted, nested_filters
from tests.functions.strategy_v2.plain_evaluation import PlainEvaluation
from tests.functions.strategy_v2.real_prices import AS_OF, RealPrices
from the_alchemiser.strategy_v2.evaluation.decision import days_needed, decide
from the_alchemiser.strategy_v2.evaluation.evaluation import Evaluation
from the_alchemiser.strategy_v2.evaluation.indicators import Indicators
from the_alchemiser.strategy_v2.language.text import Source
from the_alchemiser.strategy_v2.plan.planner import plan_strategy


def evaluated(text: str) -> Evaluation:
    plan = plan_strategy(Source(file="f.clj", text=text))
    return Evaluation(plan, Indicators(RealPrices(), AS_OF, days_needed(plan)))


def nested(levels: int) -> str:
    text = '(asset "KO")'
    for _ in range(levels):
        other = '(group "G" [(asset "PG")])'
        text = f'(filter (rsi {{:window 14}}) (select-top 1) [(group "G" [{text}]) {other}])'
    return text


def test_a_step_is_worked_out_once_a_day_however_deep_filters_nest() -> None:
    for levels in (1, 2, 5, 10):
        days = evaluated(nested(levels)).demand.days
        assert len(days) == 2 * levels + 3
        assert max(int(known).bit_length() for known in days) <= 1 + 33 * levels


def test_a_strategy_has_the_assets_and_conditions_that_it_was_asked_for() -> None:
    text = counted(1_500, 600)
    assert text.count("(asset ") == pytest.approx(1_500, rel=0.02)
    assert text.count("(if ") == 600


def test_a_generated_file_has_thirty_filters_three_deep() -> None:
    text = nested_filters(100_000)
    assert text.count("(filter ") == 30


@pytest.mark.soak
def test_two_megabytes_come_to_what_plain_evaluation_says() -> None:
    text = nested_filters(2_000_000)
    found = decide(Source(file="f.clj", text=text), RealPrices(), AS_OF).weights
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(5_000)
    try:
        expected = PlainEvaluation(text, RealPrices(), AS_OF).weights()
    finally:
        sys.setrecursionlimit(limit)
    assert {symbol: float(weight) for symbol, weight in found.items()} == pytest.approx(
        {symbol: float(weight) for symbol, weight in expected.items()}, rel=1e-9
    )
