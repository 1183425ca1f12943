from __future__ import annotations

import pytest

from the_alchemiser.strategy_v2.language.text import Source
from the_alchemiser.strategy_v2.lookback import lookback_days
from the_alchemiser.strategy_v2.plan.planner import plan_strategy


def days(text: str) -> int:
    return lookback_days(plan_strategy(Source(file="f.clj", text=text)))


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ('"SPY"', 1),
        ('(if (> (current-price "SPY") 1) "A" "B")', 1),
        ('(if (> (rsi "SPY") 1) "A" "B")', 1),
        ('(if (> (rsi "SPY" {:window 76}) 1) "A" "B")', 1),
        ('(if (> (rsi "SPY" {:window 80}) 1) "A" "B")', 2),
        ('(if (> 1 (rsi "SPY" {:window 252})) "A" "B")', 4),
        ('(if (> (moving-average-price "SPY" {:window 200}) 1) "A" "B")', 1),
        ('(if (> (moving-average-price "SPY" {:window 550}) 1) "A" "B")', 3),
        ('(if (> (cumulative-return "SPY" {:window 252}) 1) "A" "B")', 2),
        ('(weight-inverse-volatility 90 ["A" "B"])', 1),
        ('(filter (stdev-price {:window 360}) ["A" "B"])', 2),
    ],
)
def test_holds_the_bars_of_the_longest_window_in_whole_years(text: str, years: int) -> None:
    assert days(text) == 365 * years


def test_grows_with_the_past_days_on_which_nested_filters_look_back() -> None:
    text = '(group "G" ["SPY" (weight-equal ["A" "B"])])'
    for _ in range(2):
        text = (
            f'(group "G" [(filter (rsi {{:window 10}}) (select-top 1) [{text} (group "H" ["A"])])])'
        )
    assert days(f"(weight-equal [{text}])") == 2 * 365
