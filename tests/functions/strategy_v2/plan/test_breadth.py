from __future__ import annotations

import pytest

from the_alchemiser.shared.errors import StrategyError
from the_alchemiser.strategy_v2.language.text import Source
from the_alchemiser.strategy_v2.plan.breadth import MOST_SYMBOLS, breadth
from the_alchemiser.strategy_v2.plan.planner import plan_strategy


def name_of(number: int) -> str:
    return "Q" + "".join("ABCDEFGHIJ"[int(digit)] for digit in f"{number:04}")


def assets(first: int, last: int) -> str:
    return " ".join(f'(asset "{name_of(number)}")' for number in range(first, last))


def breadth_of(text: str) -> int:
    return breadth(plan_strategy(Source(file="a.clj", text=text)).steps)


@pytest.mark.parametrize(
    ("text", "most"),
    [
        ('(asset "KO")', 1),
        ('(weight-equal [(asset "KO") (asset "PG")])', 2),
        ('(weight-equal [(asset "KO") (group "g" [(asset "KO")])])', 1),
        ('(if (> (rsi "KO" {:window 5}) 50) [(asset "KO")] [(asset "PG")])', 1),
        ('(filter (rsi {:window 5}) (select-top 2) [(asset "KO") (asset "PG") (asset "JPM")])', 2),
        ('(weight-specified 0.5 (asset "KO") 0.5 (weight-equal [(asset "PG") (asset "JPM")]))', 3),
    ],
)
def test_counts_what_may_be_held_at_once(text: str, most: int) -> None:
    assert breadth_of(text) == most


def test_a_choice_among_very_many_is_as_broad_as_what_it_keeps() -> None:
    many = assets(0, 3 * MOST_SYMBOLS)
    assert breadth_of(f"(filter (rsi {{:window 5}}) (select-top 10) [{many}])") == 10


def test_a_strategy_of_more_symbols_than_an_event_carries_is_refused_by_number() -> None:
    text = f"(weight-equal [{assets(0, MOST_SYMBOLS + 1)}])"
    with pytest.raises(StrategyError, match=r"at most 1000 symbols at once.*may hold 1001"):
        breadth_of(text)
