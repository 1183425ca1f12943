"""A file that differs from another only in its spelling comes to the same weights."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.generated_strategies import nested_filters
from tests.functions.strategy_v2.language.same_tree import same_tree
from tests.functions.strategy_v2.real_prices import AS_OF, RealPrices
from tests.functions.strategy_v2.spellings import respelled
from tests.functions.strategy_v2.test_any_strategy import texts
from the_alchemiser.shared.errors import StrategyError
from the_alchemiser.shared.strategy_symbols import find_symbols
from the_alchemiser.strategy_v2.evaluation.decision import decide
from the_alchemiser.strategy_v2.language.parser import parse
from the_alchemiser.strategy_v2.language.text import Source
from the_alchemiser.strategy_v2.language.tree import Form, write

STRATEGIES = Path(__file__).parents[3] / "strategies"
FILES = sorted(path.relative_to(STRATEGIES).as_posix() for path in STRATEGIES.rglob("*.clj"))
STORE = RealPrices(bars=80)


def outcome(text: str) -> Mapping[str, Decimal] | str:
    """Evaluate a text to its weights, or to what it expected where it failed."""
    try:
        return decide(Source(file="f.clj", text=text), STORE, AS_OF).weights
    except StrategyError as error:
        return str(error.details["expected"])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts, st.integers(0, 2**32))
def test_any_strategy_comes_to_the_same_however_it_is_spelled(text: str, seed: int) -> None:
    assert outcome(respelled(text, seed)) == outcome(text)


@pytest.mark.parametrize("file", FILES)
def test_own_strategies_come_to_the_same_however_they_are_spelled(file: str) -> None:
    text = _body(file)
    for seed in range(20):
        assert outcome(respelled(text, seed)) == outcome(text)


@pytest.mark.parametrize("seed", range(8))
def test_a_generated_file_of_every_form_parses_prints_and_evaluates(seed: int) -> None:
    plain = nested_filters(9_000, chains=1, seed=seed)
    text = respelled(plain, seed)
    tree = parse(Source(file="f", text=text))
    assert same_tree(parse(Source(file="f", text=write(tree))), tree)
    assert outcome(text) == outcome(plain)
    assert find_symbols(plain) <= find_symbols(text)


def _body(file: str) -> str:
    """Take a strategy out of its outermost form, whose options another test reads."""
    tree = parse(Source(file=file, text=(STRATEGIES / file).read_text()))
    assert isinstance(tree, Form)
    return write(tree.items[-1])
