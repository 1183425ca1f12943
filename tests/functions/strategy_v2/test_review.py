from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.functions.strategy_v2.real_prices import AS_OF, RealPrices
from the_alchemiser.strategy_v2.language.text import Source
from the_alchemiser.strategy_v2.plan.steps import IndicatorKind
from the_alchemiser.strategy_v2.review import UNITS, Review, review

ROOT = Path(__file__).parents[3]


def reviewed(text: str, absent: frozenset[str] = frozenset()) -> Review:
    return review(Source(file="f.clj", text=text), RealPrices(absent), AS_OF)


def choice(condition: str) -> str:
    return f'(weight-equal [(asset "KO")\n  (if {condition} (asset "KO") (asset "PEP"))])'


class TestWarnings:
    @pytest.mark.parametrize(
        ("condition", "told"),
        [
            (
                '(> (stdev-return "KO" {:window 10}) 1.5)',
                "was true on 1,9.. of 1,9.. days of the stored history: stdev-return of KO is in "
                "percent a year and lay between",
            ),
            ('(< (stdev-return "KO" {:window 10}) 3)', "was true on [0-9] of 1,9.. days"),
            ('(> (rsi "KO" {:window 10}) 101)', "rsi of KO is in points from 0 to 100"),
            ('(> (max-drawdown "KO" {:window 20}) 0.0)', "percent, as a positive number"),
            ('(< (cumulative-return "KO" {:window 5}) -0.9e2)', "is in percent and lay"),
            (
                '(> (current-price "KO") (stdev-price "PEP" {:window 9}))',
                "current-price of KO is in dollars and lay .*; stdev-price of PEP is in dollars",
            ),
        ],
    )
    def test_a_comparison_that_hardly_decides_is_named_with_unit_and_place(
        self, condition: str, told: str
    ) -> None:
        (warning,) = reviewed(choice(condition)).warnings
        assert warning.startswith("f.clj:2:7: (")
        assert re.search(told, warning), warning

    @pytest.mark.parametrize(
        "condition",
        [
            '(> (stdev-return "KO" {:window 10}) 15)',
            '(> (rsi "KO" {:window 10}) 79)',
            '(< (cumulative-return "KO" {:window 1}) -3)',
            '(> (current-price "KO") (moving-average-price "KO" {:window 200}))',
            "(> 2 1)",
        ],
    )
    def test_one_that_decides_is_not(self, condition: str) -> None:
        assert reviewed(choice(condition)) == Review()

    def test_each_part_of_a_combination_is_tried(self) -> None:
        found = reviewed(choice('(and (> (rsi "KO") 50) (not (> (rsi "KO") 200)))')).warnings
        assert [warning.split(": ")[0] for warning in found] == ["f.clj:2:35"]

    def test_a_short_history_says_nothing(self) -> None:
        source = Source(file="f.clj", text=choice('(> (rsi "KO") 101)'))
        assert review(source, RealPrices(bars=200), AS_OF) == Review()

    def test_every_indicator_has_a_unit(self) -> None:
        assert set(UNITS) == set(IndicatorKind)


class TestProblems:
    def test_a_ticker_without_bars_is_named_where_it_stands(self) -> None:
        text = '(weight-equal [(asset "KO")\n (if (> (rsi "NOSUCH") 5) "KO" (asset "GONE"))])'
        assert reviewed(text).absent == (
            "f.clj:2:14: expected bars of NOSUCH, found no bars are stored",
            "f.clj:2:39: expected bars of GONE, found no bars are stored",
        )

    def test_what_no_language_takes_is_the_only_problem(self) -> None:
        (problem,) = reviewed('(weight-market-cap [(asset "KO")])').problems
        assert problem.startswith("f.clj:1:2: expected an operator that needs no market capital")

    @pytest.mark.parametrize(
        "path", sorted((ROOT / "strategies").rglob("*.clj")), ids=lambda path: path.stem
    )
    def test_own_strategies_have_none_and_need_no_second_look(self, path: Path) -> None:
        source = Source(file=path.name, text=path.read_text())
        assert review(source, RealPrices(), AS_OF) == Review()
