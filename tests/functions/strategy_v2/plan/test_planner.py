from __future__ import annotations

import pytest

from the_alchemiser.shared.errors import StrategyError
from the_alchemiser.strategy_v2.language.source import Source
from the_alchemiser.strategy_v2.plan.operators import OPERATORS
from the_alchemiser.strategy_v2.plan.planner import EXPECTED, plan_strategy
from the_alchemiser.strategy_v2.plan.steps import (
    Choice,
    Equal,
    Filter,
    Group,
    IndicatorKind,
    IndicatorOf,
    Plan,
    Ticker,
    Vector,
)

TICKER = 'a ticker such as "SPY"'
DAYS = "whole days from 1 to 10000"
INDICATORS = f"an indicator, one of {', '.join(indicator.value for indicator in IndicatorKind)}"
END = "the end of the form"


def plan(text: str, *, shared: bool = True) -> Plan:
    return plan_strategy(Source(file="f.clj", text=text), shared=shared)


ERRORS = [
    ("5", 1, 1, EXPECTED, "5"),
    ("spy", 1, 1, EXPECTED, "spy"),
    ("{}", 1, 1, EXPECTED, "{}"),
    ("()", 1, 1, EXPECTED, "()"),
    ('((asset "A"))', 1, 1, EXPECTED, '((asset "A"))'),
    ('(weight-equal\n [(asset "A")\n  "b"])', 3, 3, EXPECTED, '"b"'),
    ('(ma "SPY")', 1, 2, f"one of {', '.join(OPERATORS)}", "ma"),
    ("(asset)", 1, 7, f"{TICKER}, and a description", END),
    ('(asset "spy")', 1, 8, TICKER, '"spy"'),
    ('(asset "TRUE")', 1, 8, TICKER, '"TRUE"'),
    ("(asset\n   SPY)", 2, 4, TICKER, "SPY"),
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
        left, right = choice.condition.left, choice.condition.right
        assert isinstance(left, IndicatorOf) and isinstance(right, IndicatorOf)
        assert (left.indicator.window, right.indicator.window) == (14, 1)

    def test_a_filter_without_selection_keeps_all_largest_first(self) -> None:
        made = plan('(filter (rsi {:window 5}) ["A" "B"])').steps[-1]
        assert isinstance(made, Filter)
        assert (made.largest_first, made.keep) == (True, None)
