from __future__ import annotations

import pytest

from tests.functions.strategy_v2.strategies_in_text import (
    Market,
    decided,
    growing,
    swinging,
    weights,
)
from the_alchemiser.shared.errors import DataUnavailable, StrategyError

HALF = {"A": 0.5, "B": 0.5}
YES = '(> (current-price "UP") 1)'
NO = '(< (current-price "UP") 1)'


@pytest.fixture
def market() -> Market:
    return Market(UP=growing(1), DOWN=growing(-1), FLAT=growing(0), WAVE=swinging(2))


class TestResult:
    @pytest.mark.parametrize(
        "text",
        ['(asset "A")', '[(asset "A" "prose")]', '"A"', '(defsymphony "x" {} [[(asset "A")]])'],
    )
    def test_a_single_ticker_is_the_whole_portfolio(self, text: str) -> None:
        assert weights(text) == {"A": 1.0}

    def test_several_things_without_weights_are_refused(self) -> None:
        with pytest.raises(StrategyError, match=r"f\.clj:1:1: expected weights or one ticker"):
            weights('[(asset "A") (asset "B")]')

    @pytest.mark.parametrize("text", ["[]", "(weight-equal [])", "(filter (rsi) [])"])
    def test_nothing_is_refused(self, text: str) -> None:
        with pytest.raises(StrategyError, match="expected weights or one ticker"):
            weights(text)


class TestChoice:
    def test_takes_then_or_else(self, market: Market) -> None:
        assert weights(f'(if {YES} (asset "A") (asset "B"))', market) == {"A": 1.0}
        assert weights(f'(if {NO} (asset "A") (asset "B"))', market) == {"B": 1.0}

    def test_false_without_else_is_an_error(self, market: Market) -> None:
        with pytest.raises(StrategyError, match=r"f\.clj:2:1: expected an else"):
            weights(f'(weight-equal [(asset "A")\n(if {NO} (asset "A"))])', market)

    def test_does_not_look_at_the_branch_that_is_not_taken(self, market: Market) -> None:
        text = '(if {} (asset "A") (if (> (rsi "NONE") 5) (asset "A") (asset "B")))'
        assert weights(text.format(YES), market) == {"A": 1.0}
        assert market.read == ["UP"]
        with pytest.raises(DataUnavailable):
            weights(text.format(NO), market)

    @pytest.mark.parametrize(
        ("comparison", "holds"),
        [
            ('(> (current-price "FLAT") 100)', False),
            ('(>= (current-price "FLAT") 100)', True),
            ('(<= (current-price "FLAT") 100.0)', True),
            ('(= 100 (current-price "FLAT"))', True),
            ('(< 99.9 (current-price "FLAT"))', True),
            ('(> (rsi "UP") (rsi "DOWN"))', True),
            ('(= (rsi "UP" {:window 3}) 100)', True),
            ("(> 2 1)", True),
            ('(= "a" "a")', True),
            ('(= "a" "b")', False),
        ],
    )
    def test_compares(self, market: Market, comparison: str, holds: bool) -> None:
        found = weights(f'(if {comparison} (asset "A") (asset "B"))', market)
        assert found == ({"A": 1.0} if holds else {"B": 1.0})

    def test_an_indicator_without_value_names_symbol_window_and_bars(self) -> None:
        text = '(if (> (moving-average-price "UP" {:window 70}) 1) (asset "A") (asset "B"))'
        with pytest.raises(
            StrategyError, match="enough bars of UP for moving-average-price over 70 days, found 60"
        ):
            weights(text, Market(UP=growing(1)))


class TestEqual:
    def test_shares_among_children_and_not_among_tickers(self) -> None:
        inner = '(weight-equal [(asset "B") (asset "C")])'
        assert weights(f'(weight-equal [(asset "A") {inner}])') == {"A": 0.5, "B": 0.25, "C": 0.25}

    def test_adds_up_what_occurs_twice(self) -> None:
        text = '(weight-equal [(asset "A") (asset "A") (asset "B") (asset "C")])'
        assert weights(text) == {"A": 0.5, "B": 0.25, "C": 0.25}

    @pytest.mark.parametrize("several", ["[{}]", '(group "G" [{}])', f'(if {YES} [{{}}] "X")'])
    def test_counts_the_items_of_a_vector_one_by_one(self, several: str, market: Market) -> None:
        children = several.format('(asset "B") (asset "C")')
        found = weights(f'(weight-equal [(asset "A") {children}])', market)
        assert found == pytest.approx({"A": 1 / 3, "B": 1 / 3, "C": 1 / 3})

    def test_counts_a_group_of_weights_as_one(self) -> None:
        group = '(group "G" [(weight-equal [(asset "B") (asset "C")])])'
        assert weights(f'(weight-equal [(asset "A") {group}])') == {"A": 0.5, "B": 0.25, "C": 0.25}

    def test_leaves_out_what_holds_nothing(self) -> None:
        assert weights('(weight-equal [(asset "A") [] (filter (rsi) []) (asset "B")])') == HALF

    def test_takes_several_arguments(self) -> None:
        assert weights('(weight-equal [(asset "A")] (asset "B"))') == HALF


class TestSpecified:
    def test_gives_each_child_its_weight(self) -> None:
        text = '(weight-specified 0.75 (asset "A") 0.25 [(asset "B")])'
        assert weights(text) == {"A": 0.75, "B": 0.25}

    def test_counts_a_vector_as_one_child(self) -> None:
        text = '(weight-specified 0.5 (asset "A") 0.5 [(asset "B") (asset "C")])'
        assert weights(text) == {"A": 0.5, "B": 0.25, "C": 0.25}

    def test_scales_weights_that_do_not_sum_to_one(self) -> None:
        assert weights('(weight-specified 3 (asset "A") 1 (asset "B"))') == {"A": 0.75, "B": 0.25}

    def test_a_child_of_no_weight_drops_out(self) -> None:
        assert weights('(weight-specified 0 (asset "A") 1 (asset "B"))') == {"B": 1.0}

    def test_a_child_that_holds_nothing_is_an_error(self) -> None:
        with pytest.raises(StrategyError, match="expected something to hold for each weight"):
            weights('(weight-specified 0.5 [] 0.5 (asset "B"))')


class TestInverseVolatility:
    def test_weighs_by_the_inverse_of_the_swing(self) -> None:
        market = Market(A=swinging(1), B=swinging(3))
        found = weights('(weight-inverse-volatility 20 [(asset "A") (asset "B")])', market)
        assert found["A"] == pytest.approx(0.75, abs=0.01)
        assert sum(found.values()) == pytest.approx(1)

    def test_drops_what_does_not_swing_or_is_too_short(self) -> None:
        market = Market(A=growing(0), B=swinging(3), C=swinging(3, bars=20))
        text = '(weight-inverse-volatility 20 [(asset "A") (asset "B") (asset "C")])'
        assert weights(text, market) == {"B": 1.0}

    def test_fails_when_nothing_swings(self) -> None:
        with pytest.raises(StrategyError, match="expected at least one child that swings"):
            weights('(weight-inverse-volatility 20 [(asset "A")])', Market(A=growing(0)))

    def test_weighs_a_group_by_its_mean_swing_and_keeps_its_weights(self) -> None:
        market = Market(A=swinging(1), B=swinging(1), C=swinging(1))
        group = '(group "G" [(weight-specified 0.9 (asset "A") 0.1 (asset "B"))])'
        found = weights(f'(weight-inverse-volatility 20 [{group} (asset "C")])', market)
        assert found == {"A": 0.45, "B": 0.05, "C": 0.5}

    def test_counts_a_ticker_once(self) -> None:
        market = Market(A=swinging(1), B=swinging(1))
        text = '(weight-inverse-volatility 20 [(asset "A") (asset "A") (asset "B")])'
        assert weights(text, market) == HALF


class TestGroup:
    def test_has_the_value_of_its_last_form(self) -> None:
        assert weights('(group "G" (asset "A") (asset "B"))') == {"B": 1.0}

    def test_a_failing_form_before_the_last_is_of_no_account(self, market: Market) -> None:
        assert weights(f'(group "G" (if {NO} (asset "A")) (asset "B"))', market) == {"B": 1.0}


class TestTrace:
    def test_tells_each_decision_in_the_order_of_the_text(self, market: Market) -> None:
        text = f'(if {YES}\n (if {NO} "A" "B")\n (if {YES} "C" "D"))'
        first, second = decided(text, market).trace
        assert first == {
            "condition": YES,
            "values": [repr(growing(1)[-1]), "1"],
            "result": True,
            "branch": "then",
            "line": 1,
        }
        assert (second["condition"], second["branch"], second["line"]) == (NO, "else", 2)

    def test_tells_each_ranking(self, market: Market) -> None:
        text = '(filter (rsi {:window 5}) (select-top 1) [(asset "DOWN") (asset "UP")])'
        (node,) = decided(text, market).trace
        assert node == {
            "filter": "(rsi {:window 5}) (select-top 1)",
            "candidates": 2,
            "kept": 1,
            "ranking": [["UP", "100.0"], ["DOWN", "0.0"]],
            "line": 1,
        }


class TestCombination:
    @pytest.mark.parametrize(
        ("condition", "holds"),
        [
            (f"(and {YES} {YES})", True),
            (f"(and {YES} {NO})", False),
            (f"(or {NO} {YES})", True),
            (f"(or {NO} {NO})", False),
            (f"(not {NO})", True),
            (f"(not (or {NO} (and {YES} (not {YES}))))", True),
            (f"(and {YES} true)", True),
            (f"(or nil {NO} false)", False),
        ],
    )
    def test_and_or_not_decide_as_in_any_language(
        self, condition: str, holds: bool, market: Market
    ) -> None:
        expected = {"A": 1.0} if holds else {"B": 1.0}
        assert weights(f'(if {condition} "A" "B")', market) == expected

    @pytest.mark.parametrize(
        ("condition", "expected"),
        [("(and {no} {unknown})", "B"), ("(or {yes} {unknown})", "A"), ("(not {unknown})", None)],
    )
    def test_what_is_decided_asks_for_no_more(
        self, condition: str, expected: str | None, market: Market
    ) -> None:
        unknown = '(> (moving-average-price "UP" {:window 99}) 1)'
        text = f'(if {condition.format(yes=YES, no=NO, unknown=unknown)} "A" "B")'
        if expected:
            assert weights(text, market) == {expected: 1.0}
        else:
            with pytest.raises(StrategyError, match="expected enough bars of UP"):
                weights(text, market)

    def test_the_trace_tells_all_that_was_compared(self, market: Market) -> None:
        (node,) = decided(f'(if (or {NO} {YES}) "A" "B")', market).trace
        assert node["condition"] == f"(or {NO} {YES})"
        last = repr(growing(1)[-1])
        assert node["values"] == [last, "1", last, "1"]

    def test_more_than_twenty_levels_are_refused(self) -> None:
        text = f'(if {"(not " * 21}true{")" * 21} "A" "B")'
        with pytest.raises(StrategyError, match="at most 20 levels of and, or and not"):
            weights(text)
