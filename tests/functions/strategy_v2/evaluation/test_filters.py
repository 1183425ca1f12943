from __future__ import annotations

from itertools import pairwise

import pytest

from tests.functions.strategy_v2.strategies_in_text import (
    Market,
    decided,
    growing,
    swinging,
    weights,
)
from the_alchemiser.shared.errors import DataUnavailable, StrategyError

FAST, SLOW, DOWN = growing(2), growing(1), growing(-1)


@pytest.fixture
def market() -> Market:
    return Market(FAST=FAST, SLOW=SLOW, DOWN=DOWN, TWIN=FAST, WAVE=swinging(5), SHORT=growing(9, 3))


def kept(measure: str, selection: str, candidates: str, market: Market) -> dict[str, float]:
    return dict(weights(f"(filter {measure} {selection} [{candidates}])", market))


def assets(*symbols: str) -> str:
    return " ".join(f'(asset "{symbol}")' for symbol in symbols)


RETURN = "(cumulative-return {:window 10})"
DRAWDOWN = "(max-drawdown {:window 10})"


class TestTickers:
    def test_keeps_the_largest(self, market: Market) -> None:
        found = kept(RETURN, "(select-top 2)", assets("DOWN", "SLOW", "FAST"), market)
        assert found == {"FAST": 0.5, "SLOW": 0.5}

    def test_keeps_the_smallest(self, market: Market) -> None:
        assert kept(RETURN, "(select-bottom 1)", assets("FAST", "DOWN"), market) == {"DOWN": 1.0}

    def test_keeps_all_without_a_selection(self, market: Market) -> None:
        assert kept(RETURN, "", assets("FAST", "DOWN"), market) == {"DOWN": 0.5, "FAST": 0.5}

    def test_counts_a_ticker_once(self, market: Market) -> None:
        found = kept(RETURN, "(select-top 2)", assets("FAST", "FAST", "SLOW"), market)
        assert found == {"FAST": 0.5, "SLOW": 0.5}

    @pytest.mark.parametrize("order", [("TWIN", "FAST"), ("FAST", "TWIN")])
    @pytest.mark.parametrize("side", ["top", "bottom"])
    def test_equal_scores_go_by_the_alphabet(
        self, market: Market, order: tuple[str, str], side: str
    ) -> None:
        assert kept(RETURN, f"(select-{side} 1)", assets(*order), market) == {"FAST": 1.0}

    def test_one_whose_indicator_fails_drops_out(self, market: Market) -> None:
        measure = "(exponential-moving-average-price {:window 5})"
        found = kept(measure, "(select-top 2)", assets("SHORT", "SLOW"), market)
        assert found == {"SLOW": 1.0}

    def test_one_without_bars_fails_the_strategy(self, market: Market) -> None:
        with pytest.raises(DataUnavailable) as caught:
            kept(RETURN, "(select-top 1)", assets("FAST", "NONE"), market)
        assert caught.value.symbol == "NONE"
        assert caught.value.details["line"] == 1

    def test_drawdown_ranks_as_a_positive_number(self, market: Market) -> None:
        assert kept(DRAWDOWN, "(select-top 1)", assets("FAST", "DOWN"), market) == {"DOWN": 1.0}

    def test_a_vector_among_candidates_makes_all_of_them_tickers(self, market: Market) -> None:
        group = f'(group "G" [(weight-equal [{assets("DOWN", "WAVE")}])])'
        found = kept(RETURN, "(select-top 1)", f"{group} [{assets('FAST', 'SLOW')}]", market)
        assert found == {"FAST": 1.0}


def group(body: str, name: str = "G") -> str:
    return f'(group "{name}" [{body}])'


class TestGroups:
    def test_a_group_is_kept_whole_with_its_weights(self, market: Market) -> None:
        mixed = group('(weight-specified 0.9 (asset "FAST") 0.1 (asset "SLOW"))')
        found = kept(RETURN, "(select-top 1)", f"{group(assets('DOWN'))} {mixed}", market)
        assert found == {"FAST": 0.9, "SLOW": 0.1}

    def test_each_of_those_kept_has_the_same_share(self, market: Market) -> None:
        mixed = group('(weight-specified 3 (asset "FAST") 1 (asset "SLOW"))')
        found = kept(RETURN, "(select-top 2)", f"{group(assets('DOWN'))} {mixed}", market)
        assert found == {"DOWN": 0.5, "FAST": 0.375, "SLOW": 0.125}

    @pytest.mark.parametrize("names", [("FAST", "TWIN"), ("TWIN", "FAST")])
    def test_equal_scores_go_by_the_first_ticker(
        self, market: Market, names: tuple[str, str]
    ) -> None:
        candidates = " ".join(group(assets(name)) for name in names)
        assert kept(RETURN, "(select-top 1)", candidates, market) == {"FAST": 1.0}

    def test_a_group_ranks_by_what_following_it_would_have_earned(self) -> None:
        # Today both groups hold the same; but until two days ago, they held different things.
        market = Market(CLOCK=[*range(1, 61)], RISE=growing(1), FALL=growing(-1), NOW=growing(0))
        switch = '(if (> (current-price "CLOCK") 58) (asset "NOW") (asset "{}"))'
        rose, fell = group(switch.format("RISE"), "same"), group(switch.format("FALL"), "same")
        ranking = _ranking(f"(filter {RETURN} (select-top 1) [{fell} {rose}])", market)
        # The last return was earned by what was held from bar 59 on, nine by what was held before.
        assert [float(score) for _, score in ranking] == pytest.approx(
            [(1.01**9 - 1) * 100, (0.99**9 - 1) * 100]
        )

    def test_nested_filters_rank_by_the_past_of_each_past_day(self) -> None:
        market = Market(
            CLOCK=[*range(1, 91)], RISE=growing(1, 90), FALL=growing(-1, 90), WAVE=swinging(1, 90)
        )
        turn = (
            '(if (> (current-price "CLOCK") 75) (asset "FALL") (asset "RISE"))',
            '(if (> (current-price "CLOCK") 75) (asset "RISE") (asset "FALL"))',
        )
        inner = f"(filter {RETURN} (select-top 1) [{group(turn[0])} {group(turn[1])}])"
        text = f"(filter {RETURN} (select-top 1) [{group(inner)} {group(assets('WAVE'))}])"
        ranking = _ranking(text, market)
        # The turn is at bar 76. With ten returns, the inner filter changes sides once the newer
        # five outweigh: it holds the falling one for some days first, and the rising one after.
        assert 0 < float(ranking[0][1]) < (1.01**10 - 1) * 100

    def test_windows_beyond_the_history_rank_by_todays_indicators(self, market: Market) -> None:
        switch = '(if (> (current-price "SLOW") 179) (asset "FAST") (asset "DOWN"))'
        # From this Monday, 45 calendar days hold 31 weekdays.
        for window in (31, 32):
            measure = f"(moving-average-return {{:window {window}}})"
            text = f"(filter {measure} (select-top 1) [{group(switch)} {group(assets('WAVE'))}])"
            score = float(_first_score(text, market))
            assert (score == pytest.approx(2.0)) is (window == 32)

    def test_prices_rank_by_todays_weighted_mean(self, market: Market) -> None:
        half = group(f"(weight-equal [{assets('FAST', 'SLOW')}])")
        text = f"(filter (current-price) (select-top 1) [{half} {group(assets('DOWN'))}])"
        mean = (FAST[-1] + SLOW[-1]) / 2
        assert float(_first_score(text, market)) == pytest.approx(mean)

    def test_drawdown_counts_against_groups_and_tickers_among_them(self, market: Market) -> None:
        candidates = f'{group(assets("DOWN"))} {group(assets("WAVE"))} (asset "FAST")'
        assert kept(DRAWDOWN, "(select-top 1)", candidates, market) == {"FAST": 1.0}
        assert kept(DRAWDOWN, "(select-bottom 1)", candidates, market) == {"DOWN": 1.0}

    def test_a_group_that_fails_drops_out(self, market: Market) -> None:
        fails = group('(if (< (current-price "FAST") 0) (asset "FAST"))')
        found = kept(RETURN, "(select-top 2)", f"{fails} {group(assets('DOWN'))}", market)
        assert found == {"DOWN": 1.0}

    def test_nothing_is_left_when_every_group_fails(self, market: Market) -> None:
        fails = group('(if (< (current-price "FAST") 0) (asset "FAST"))')
        with pytest.raises(StrategyError, match="found none"):
            kept(RETURN, "(select-top 2)", fails, market)

    def test_groups_behind_a_choice_are_ranked_as_groups(self, market: Market) -> None:
        choice = f"(if (> 2 1) [{group(assets('FAST'))}] [{group(assets('DOWN'))}])"
        found = kept(DRAWDOWN, "(select-top 1)", f"{choice} {group(assets('DOWN'))}", market)
        assert found == {"FAST": 1.0}

    def test_relative_strength_of_a_past_is_seeded_with_its_first_return(self) -> None:
        market = Market(A=[100.0] * 57 + [101.0, 100.0, 100.0])
        text = f'(filter (rsi {{:window 3}}) (select-top 1) [{group(assets("A"))} (asset "A")])'
        prices = [1.0, 1.01, 1.0, 1.0]
        gain, loss = 0.01, 0.0
        for before, after in pairwise(prices[1:]):
            gain += (max(after - before, 0.0) - gain) / 3
            loss += (max(before - after, 0.0) - loss) / 3
        scores = {name: float(score) for name, score in _ranking(text, market)}
        assert scores["G"] == pytest.approx(100 - 100 / (1 + gain / loss))


def _ranking(text: str, market: Market) -> list[list[str]]:
    ranking = decided(text, market).trace[0]["ranking"]
    assert isinstance(ranking, list)
    return ranking


def _first_score(text: str, market: Market) -> str:
    return _ranking(text, market)[0][1]
