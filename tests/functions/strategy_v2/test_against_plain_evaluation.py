from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from benchmarks.generated_shapes import SHAPES, shaped
from benchmarks.generated_strategies import nested_filters
from tests.functions.strategy_v2.plain_evaluation import PlainEvaluation
from tests.functions.strategy_v2.real_prices import AS_OF, RealPrices
from the_alchemiser.strategy_v2.evaluation.decision import decide
from the_alchemiser.strategy_v2.language.text import Source

STRATEGIES = Path(__file__).parents[3] / "strategies"
FILES = sorted(path.relative_to(STRATEGIES).as_posix() for path in STRATEGIES.rglob("*.clj"))


def assert_same(text: str, as_of: date, store: RealPrices) -> None:
    expected = PlainEvaluation(text, store, as_of).weights()
    found = decide(Source(file="x.clj", text=text), store, as_of).weights
    assert set(found) == set(expected)
    for symbol, weight in expected.items():
        assert float(found[symbol]) == pytest.approx(float(weight), rel=1e-9)


@pytest.mark.parametrize("file", FILES)
def test_own_strategies_come_to_what_plain_evaluation_says(file: str) -> None:
    text = (STRATEGIES / file).read_text()
    for weeks in range(0, 300, 60):
        assert_same(text, AS_OF - timedelta(weeks=weeks), RealPrices(bars=500))


@pytest.mark.parametrize("seed", range(6))
def test_nested_filters_over_their_own_history_come_to_the_same(seed: int) -> None:
    text = nested_filters(9_000, chains=1, seed=seed)
    assert_same(text, AS_OF - timedelta(days=17 * seed), RealPrices(bars=400))


@pytest.mark.parametrize("shape", sorted(SHAPES.keys() - {"longest windows"}))
def test_groups_of_every_shape_come_to_the_same(shape: str) -> None:
    assert_same(shaped(shape, 1_500, chains=1), AS_OF, RealPrices(bars=400))


@pytest.mark.soak
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("seed", range(4))
def test_larger_groups_of_every_shape_come_to_the_same(shape: str, seed: int) -> None:
    text = shaped(shape, 8_000, chains=1, seed=seed)
    assert_same(text, AS_OF - timedelta(days=29 * seed), RealPrices(bars=400))
