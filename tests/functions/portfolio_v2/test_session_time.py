from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from the_alchemiser.portfolio_v2.session_time import require_open, require_time, time_needed
from the_alchemiser.shared.broker import MarketClock
from the_alchemiser.shared.errors import PlanRejected

NOW = datetime(2022, 3, 14, 19, 45, tzinfo=UTC)


def clock(left_s: float, *, is_open: bool = True) -> MarketClock:
    return MarketClock(now=NOW, is_open=is_open, closes_at=NOW + timedelta(seconds=left_s))


@pytest.mark.parametrize(
    ("sells", "buys", "seconds"),
    [(0, 0, 0), (0, 1, 90), (1, 0, 90), (1, 1, 180), (10, 11, 185), (500, 500, 670)],
)
def test_grows_with_every_further_ten_of_a_phase(sells: int, buys: int, seconds: int) -> None:
    assert time_needed(sells, buys) == timedelta(seconds=seconds)


def test_a_thousand_trades_are_begun_a_quarter_of_an_hour_before_the_close() -> None:
    require_time(clock(900), sells=500, buys=500)


def test_what_the_close_would_cut_off_is_refused_with_both_times() -> None:
    with pytest.raises(PlanRejected, match=r"expected 180 s for 1 sells and 1 buys, found 179 s"):
        require_time(clock(179), sells=1, buys=1)


def test_a_day_without_trades_needs_no_time() -> None:
    require_time(clock(0), sells=0, buys=0)


def test_a_closed_market_is_refused() -> None:
    with pytest.raises(PlanRejected, match="expected an open market"):
        require_open(clock(3600, is_open=False))
