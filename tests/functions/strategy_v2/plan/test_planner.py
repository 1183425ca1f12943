from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from the_alchemiser.shared.errors import StrategyError
from the_alchemiser.strategy_v2.language.text import Source
from the_alchemiser.strategy_v2.plan.operators import OPERATORS
from the_alchemiser.strategy_v2.plan.options import EVERY_DAY, Frequency, Rebalancing
from the_alchemiser.strategy_v2.plan.planner import EXPECTED, Plan, plan_strategy
from the_alchemiser.strategy_v2.plan.steps import (
    Choice,
    Combination,
    Combinator,
    Comparison,
    Condition,
    Equal,
    Filter,
    Group,
    IndicatorKind,
    IndicatorOf,
    Ticker,
    Vector,
    comparisons,
)

TICKER = 'a ticker such as "SPY"'
EQUITY = 'a US equity such as "EQUITIES::SPY//USD" or "SPY"'
DAYS = "whole days from 1 to 10000"
INDICATORS = f"an indicator, one of {', '.join(indicator.value for indicator in IndicatorKind)}"
END = "the end of the form"


def plan(text: str, *, shared: bool = True) -> Plan:
    return plan_strategy(Source(file="f.clj", text=text), shared=shared)


OSCILLATOR = "a map such as {:long-window 26 :short-window 12}"
UNKEPT = "an operator that needs no market capitalisations, such as weight-equal"
FREQUENCIES = ":daily or :weekly or :monthly or :quarterly or :yearly or :none"
EQUITIES = 'the asset class "EQUITIES"'
THRESHOLD = "a number above 0 and below 1, such as 0.05 for 5 %"
REBALANCE = ":rebalance-frequency or :rebalance-threshold or :rebalance-corridor-width"

ERRORS = [
    ("5", 1, 1, EXPECTED, "5"),
    ("spy", 1, 1, EXPECTED, "spy"),
    ("{}", 1, 1, EXPECTED, "{}"),
    ("()", 1, 1, EXPECTED, "()"),
    ('((asset "A"))', 1, 1, EXPECTED, '((asset "A"))'),
    ('(weight-equal\n [(asset "A")\n  "b"])', 3, 3, EXPECTED, '"b"'),
    ('(ma "SPY")', 1, 2, f"one of {', '.join(OPERATORS)}", "ma"),
    ("(asset)", 1, 7, f"{TICKER}, and a description", END),
    ('(asset "spy")', 1, 8, 'the ticker as "SPY"', '"spy"'),
    ('(asset "S P Y")', 1, 8, TICKER, '"S P Y"'),
    ('(asset "CRYPTO::BTC//USD")', 1, 8, EQUITY, '"CRYPTO::BTC//USD"'),
    ('(asset "BTC/USD")', 1, 8, TICKER, '"BTC/USD"'),
    ("(asset\n   SPY)", 2, 4, 'the ticker as "SPY"', "SPY"),
    ('(asset "SPY" 5)', 1, 14, "a description in quotes", "5"),
    ('(group "x")', 1, 11, 'a "name" and a body', END),
    ("(group x [])", 1, 8, "the group's name in quotes", "x"),
    ('(if (asset "A") [])', 1, 5, "a comparison by > < >= <= =", '(asset "A")'),
    ("(if (> 1 2))", 1, 12, "a comparison, a `then` and an `else`", END),
    ('(if (> 1) "A")', 1, 9, "two things to compare", END),
    ('(if (> 1 2 3) "A")', 1, 12, f"{END}: > takes two things to compare", "3"),
    ('(if (> "a" 2) "A")', 1, 8, "a number or an indicator", '"a"'),
    ('(if (= "a" 2) "A")', 1, 12, "a string", "2"),
    ('(if (> (foo "A") 2) "A")', 1, 8, f"a number or {INDICATORS}", '(foo "A")'),
    ('(if (> (rsi "A" {:window 0}) 2) "A")', 1, 26, DAYS, "0"),
    ('(if (> (rsi "A" {:window 1.5}) 2) "A")', 1, 26, DAYS, "1.5"),
    ('(if (> (rsi "A" {:win 5}) 2) "A")', 1, 18, "the keyword :window", ":win"),
    ('(if (> (stdev-price "A") 2) "A")', 1, 24, "a map such as {:window 10}", END),
    ("(if SPY 1)", 1, 5, "a comparison by > < >= <= =", "SPY"),
    ("(if (and) 1)", 1, 9, "comparisons", END),
    ("(if (not (> 1 2) (> 1 2)) 1)", 1, 18, f"{END}: not takes one comparison", "(> 1 2)"),
    ('(if (> (rsi "A" {:window}) 2) 1)', 1, 17, "a map of keys with values", "1 items"),
    ('(filter (percentage-price-oscillator 12) ["A"])', 1, 38, OSCILLATOR, "12"),
    (
        '(filter (percentage-price-oscillator {:short-window 26 :long-window 26}) ["A"])',
        1,
        38,
        ":short-window below :long-window",
        "{:short-window 26 :long-window 26}",
    ),
    ('(weight-market-cap ["A"])', 1, 2, UNKEPT, "weight-market-cap"),
    ('(weight-specified [1 2] ["A"])', 1, 19, "one weight for each of 1 children", "[1 2]"),
    ('(defsymphony "a" {:rebalance-frequency :hourly} "A")', 1, 40, FREQUENCIES, ":hourly"),
    ('(defsymphony "a" {:rebalance-threshold 5} "A")', 1, 40, THRESHOLD, "5"),
    ('(defsymphony "a" {:rebalance-treshold 0.05} "A")', 1, 19, REBALANCE, ":rebalance-treshold"),
    ('(defsymphony "a" {:asset-class "CRYPTO"} "A")', 1, 32, EQUITIES, '"CRYPTO"'),
    ("(weight-equal)", 1, 14, "a vector of children", END),
    ("(weight-specified 0.5)", 1, 22, "weights, each followed by a child", END),
    ('(weight-specified 1 "A" 1)', 1, 26, "a child for the last weight", END),
    ('(weight-specified -1 "A")', 1, 19, "a weight of at least 0, such as 0.6", "-1"),
    ('(weight-specified 0 "A")', 1, 19, "at least one weight above 0", "0"),
    ('(weight-inverse-volatility ["A"])', 1, 33, "a number of days and a vector of children", END),
    ('(weight-inverse-volatility 0 ["A"])', 1, 28, DAYS, "0"),
    ("(filter (foo) [])", 1, 9, INDICATORS, "(foo)"),
    ("(filter (rsi) (top 1) [])", 1, 15, "(select-top k) or (select-bottom k)", "(top 1)"),
    ("(filter (rsi) (select-top 0) [])", 1, 27, "a whole number from 1 to 10000", "0"),
    (
        '(filter (rsi "A" {:window 5}) [])',
        1,
        18,
        f"{END}: rsi takes only a map such as {{:window 10}}",
        "{:window 5}",
    ),
    ('(defsymphony "a" {})', 1, 20, 'a "name", a map of options and one body', END),
    ('(defsymphony "a" [] "A")', 1, 18, 'a map of options such as {:asset-class "EQUITIES"}', "[]"),
    ('(defsymphony a {} "A")', 1, 14, "the strategy's name in quotes", "a"),
]


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize(("text", "line", "column", "expected", "found"), ERRORS)
def test_an_error_points_at_the_argument_and_says_what_belongs_there(
    text: str, line: int, column: int, expected: str, found: str, shared: bool
) -> None:
    with pytest.raises(StrategyError) as caught:
        plan(text, shared=shared)
    assert caught.value.message == f"f.clj:{line}:{column}: expected {expected}, found {found}"


class TestForms:
    """What exports and people write besides, and what it is the same as."""

    @pytest.mark.parametrize(
        ("text", "plain"),
        [
            ('(asset "KO" nil)', '(asset "KO")'),
            ('(asset "KO" true)', '(asset "KO")'),
            ('(asset "KO" "Coca-Cola" "XNYS")', '(asset "KO")'),
            ('(asset "OR")', '"OR"'),
            ('(asset "BRK/B")', '(asset "BRK.B")'),
            ('(asset "EQUITIES::IGIB//USD" nil)', '(asset "IGIB")'),
            ('(group "g" nil [(asset "A")])', '(group "g" [(asset "A")])'),
            ('(group nil [(asset "A")] true)', '(group "" [(asset "A")])'),
            ('(weight-equal [nil "A" true "B"])', '(weight-equal ["A" "B"])'),
            ('(if (> (rsi "A" 10) 5) "A" "B")', '(if (> (rsi "A" {:window 10}) 5) "A" "B")'),
            ('(if (> (rsi "A" "10") 5) "A" "B")', '(if (> (rsi "A" {:window 10}) 5) "A" "B")'),
            ('(if (> (rsi "A" nil) 5) "A" "B")', '(if (> (rsi "A") 5) "A" "B")'),
            ('(if (> (current-price "A" 2) 5) "A")', '(if (> (current-price "A") 5) "A")'),
            ('(if (> 1 .5) "A" nil)', '(if (> 1 0.5) "A")'),
            ('(if (> 1e2 1/2) "A")', '(if (> 100 0.5) "A")'),
            (
                '(filter (rsi 21) (select-top 1) ["A"])',
                '(filter (rsi {:window 21}) (select-top 1) ["A"])',
            ),
            ('(filter (rsi "21") nil ["A"])', '(filter (rsi {:window "21"}) ["A"])'),
            (
                '(filter (standard-deviation-return 5) ["A"])',
                '(filter (stdev-return {:window 5}) ["A"])',
            ),
            ('(weight-inverse-vol "9" ["A"])', '(weight-inverse-volatility 9 ["A"])'),
            ('(weight-specified [60 40] ["A" "B"])', '(weight-specified 60 "A" 40 "B")'),
            (
                '(weight-specified {"A" 60 "B" 40} [(asset "A") (asset "B" nil)])',
                '(weight-specified 60 "A" 40 "B")',
            ),
            ('(defsymphony "n" nil (asset "A"))', '(defsymphony "n" {} (asset "A"))'),
            ('(defsymphony nil {:asset-class "EQUITIES"} true "A")', '(asset "A")'),
            ('defsymphony "n" {:rebalance-frequency :daily} "A"', '(asset "A")'),
        ],
    )
    def test_is_the_same_as_its_plain_form(self, text: str, plain: str) -> None:
        assert shape(plan(text)) == shape(plan(plain))

    def test_true_and_false_decide_without_prices(self) -> None:
        made = plan('(if true "A" (if nil "B" "C"))')
        conditions = [step.condition for step in made.steps if isinstance(step, Choice)]
        assert [(c.combinator, c.parts) for c in conditions if isinstance(c, Combination)] == [
            (Combinator.ANY, ()),
            (Combinator.ALL, ()),
        ]

    @pytest.mark.parametrize(
        ("options", "expected"),
        [
            ("{}", EVERY_DAY),
            ("{:rebalance-frequency :daily}", EVERY_DAY),
            ("{:rebalance-frequency nil}", EVERY_DAY),
            ("{:rebalance-frequency :quarterly}", Rebalancing(frequency=Frequency.QUARTERLY)),
            ('{:rebalance-frequency "weekly"}', Rebalancing(frequency=Frequency.WEEKLY)),
            ("{:rebalance-threshold 0.1}", Rebalancing(threshold=Decimal("0.1"))),
            ("{:rebalance-corridor-width 1/8}", Rebalancing(threshold=Decimal("0.125"))),
        ],
    )
    def test_options_say_when_a_strategy_trades(self, options: str, expected: Rebalancing) -> None:
        assert plan(f'(defsymphony "n" {options} "A")').rebalancing == expected


def shape(made: Plan) -> list[object]:
    """List a plan's steps without their places and spelling."""
    return [
        replace(step, condition=sides(step.condition)) if isinstance(step, Choice) else step
        for step in made.steps
    ]


def sides(condition: Condition) -> Any:
    return [(c.comparator, c.left, c.right) for c in comparisons(condition)]


class TestPlan:
    def test_each_step_stands_after_those_it_refers_to(self) -> None:
        made = plan('(weight-equal [(group "G" [(asset "A")]) (if (> 1 2) "B" [(asset "A") "C"])])')
        for number, step in enumerate(made.steps):
            assert all(inner < number for inner in step.inner)
        assert isinstance(made.steps[-1], Equal)

    def test_equal_pieces_are_one_step_however_they_are_spelled(self) -> None:
        made = plan('(weight-equal [(asset "A" "prose") [[(asset "A")]] "A"])')
        assert [type(step) for step in made.steps] == [Ticker, Equal]
        assert made.steps[-1].inner == (0, 0, 0)

    def test_groups_of_one_name_but_other_bodies_are_two_steps(self) -> None:
        made = plan('(weight-equal [(group "G" ["A"]) (group "G" ["B"]) (group "G" ["A"])])')
        assert sum(isinstance(step, Group) for step in made.steps) == 2

    def test_without_sharing_each_form_is_its_own_step(self) -> None:
        made = plan('(weight-equal [(asset "A") (asset "A")])', shared=False)
        assert [step.offset for step in made.steps] == [15, 27, 0]

    def test_a_vector_of_several_stays_one_among_children(self) -> None:
        made = plan('(weight-equal [["A" "B"] "C"])')
        assert isinstance(made.steps[made.steps[-1].inner[0]], Vector)

    def test_a_window_may_be_left_out_where_there_is_a_default(self) -> None:
        made = plan('(if (> (rsi "A") (current-price "B")) "A" "B")')
        choice = made.steps[-1]
        assert isinstance(choice, Choice)
        assert isinstance(choice.condition, Comparison)
        left, right = choice.condition.left, choice.condition.right
        assert isinstance(left, IndicatorOf) and isinstance(right, IndicatorOf)
        assert (left.indicator.window, right.indicator.window) == (14, 1)

    def test_a_filter_without_selection_keeps_all_largest_first(self) -> None:
        made = plan('(filter (rsi {:window 5}) ["A" "B"])').steps[-1]
        assert isinstance(made, Filter)
        assert (made.largest_first, made.keep) == (True, None)
