"""Whatever a strategy says, it ends in proper weights or in an error that names its place."""

from __future__ import annotations

import sys
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.generated_strategies import SYMBOLS, deep, nested_filters
from tests.functions.strategy_v2.plain_evaluation import PlainEvaluation, PlainFailure
from tests.functions.strategy_v2.real_prices import AS_OF, RealPrices
from tests.functions.strategy_v2.spellings import INDICATORS
from the_alchemiser.shared.errors import StrategyError
from the_alchemiser.strategy_v2.evaluation.decision import decide
from the_alchemiser.strategy_v2.language.text import Source

STORE = RealPrices(bars=80)
WINDOWS = st.sampled_from([1, 2, 5, 14, 33, 79, 80, 81])

symbols = st.sampled_from(SYMBOLS[:6])
measures = st.sampled_from(sorted(INDICATORS))


def joined(parts: list[str]) -> str:
    return " ".join(parts)


readings = st.builds('({} "{}" {{:window {}}})'.format, measures, symbols, WINDOWS)
operands = readings | st.decimals(-50, 150, places=2).map(str)
conditions = st.builds(
    "({} {} {})".format, st.sampled_from([">", "<", ">=", "<=", "="]), readings, operands
)
selections = st.builds(
    "(select-{} {})".format, st.sampled_from(["top", "bottom"]), st.integers(1, 3)
) | st.just("")


def larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(inner, max_size=4).map(joined)
    weight = st.decimals(0, 1, places=3).map(str)
    pairs = st.lists(st.builds("{} {}".format, weight, inner), min_size=1, max_size=3).map(joined)
    return st.one_of(
        st.builds("[{}]".format, several),
        st.builds('(group "G" [{}])'.format, several),
        st.builds("(if {} {} {})".format, conditions, inner, inner),
        st.builds("(if {} {})".format, conditions, inner),
        st.builds("(weight-equal [{}])".format, several),
        st.builds("(weight-specified {})".format, pairs),
        st.builds("(weight-inverse-volatility {} [{}])".format, st.integers(1, 30), several),
        st.builds(
            "(filter ({} {{:window {}}}) {} [{}])".format, measures, WINDOWS, selections, several
        ),
    )


texts = st.recursive(st.builds('(asset "{}")'.format, symbols), larger, max_leaves=20)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts)
def test_weights_are_positive_and_sum_to_one_and_are_those_of_plain_evaluation(text: str) -> None:
    try:
        found = decide(Source(file="f.clj", text=text), STORE, AS_OF).weights
    except StrategyError as error:
        assert error.details["file"] == "f.clj"
        if "weight above 0" not in error.message:
            with pytest.raises(PlainFailure):
                PlainEvaluation(text, STORE, AS_OF).weights()
        return
    assert all(weight > 0 for weight in found.values())
    assert abs(sum(found.values(), Decimal(0)) - 1) < Decimal("1e-25")
    expected = PlainEvaluation(text, STORE, AS_OF).weights()
    assert {symbol: float(weight) for symbol, weight in found.items()} == pytest.approx(
        {symbol: float(weight) for symbol, weight in expected.items()}, rel=1e-9
    )


@pytest.mark.parametrize("shape", ["deep", "filters"])
def test_two_megabytes_and_290_levels_ask_nothing_of_the_recursion_limit(shape: str) -> None:
    text = deep(290, 2_000_000) if shape == "deep" else nested_filters(2_000_000)
    assert len(text) > 1_900_000
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(200)
    try:
        found = decide(Source(file="f.clj", text=text), RealPrices(), AS_OF).weights
    finally:
        sys.setrecursionlimit(before)
    assert sum(found.values()) == pytest.approx(1)


def test_a_deep_failure_is_found_without_recursion_too() -> None:
    text = "(weight-equal [" * 140 + '(if (> 1 2) "A")' + "])" * 140
    with pytest.raises(StrategyError, match=r"f\.clj:1:2101: expected an else"):
        decide(Source(file="f.clj", text=text), RealPrices(), AS_OF)
