from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from the_alchemiser.portfolio_v2.session_time import ExecutionPace, require_open
from the_alchemiser.shared.broker import MarketClock
from the_alchemiser.shared.errors import PlanRejected

NOW = datetime(2022, 3, 14, 19, 45, tzinfo=UTC)
PACE = ExecutionPace(trades_at_once=8, step_wait_s=10, requests_per_minute=200)
UNCOUNTED = ExecutionPace(trades_at_once=8, step_wait_s=10, requests_per_minute=10_000)


def clock(left_s: float, *, is_open: bool = True) -> MarketClock:
    return MarketClock(now=NOW, is_open=is_open, closes_at=NOW + timedelta(seconds=left_s))


@pytest.mark.parametrize(
    ("sells", "buys", "seconds"),
    [(0, 0, 0), (0, 1, 95), (1, 0, 95), (1, 1, 190), (8, 9, 205), (16, 16, 220), (500, 500, 2050)],
)
def test_grows_with_every_further_eight_of_a_phase(sells: int, buys: int, seconds: int) -> None:
    assert UNCOUNTED.time_needed(sells, buys) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("sells", "buys", "seconds"), [(1, 1, 190), (8, 8, 190), (100, 0, 750), (500, 500, 7500)]
)
def test_no_phase_is_faster_than_the_broker_takes_requests(
    sells: int, buys: int, seconds: int
) -> None:
    assert PACE.time_needed(sells, buys) == timedelta(seconds=seconds)


def test_sixty_trades_of_each_phase_are_begun_a_quarter_of_an_hour_before_the_close() -> None:
    PACE.require_time(clock(900), sells=60, buys=60)


def test_what_the_close_would_cut_off_is_refused_with_both_times() -> None:
    said = (
        "expected 190 s for 1 sells and 1 buys, 8 at once and 200 requests a minute, found 189 s "
        "until the close"
    )
    with pytest.raises(PlanRejected, match=said):
        PACE.require_time(clock(189), sells=1, buys=1)


def test_a_thousand_trades_are_not_begun_in_an_afternoon_of_two_hundred_requests_a_minute() -> None:
    with pytest.raises(PlanRejected, match="expected 7500 s for 500 sells and 500 buys"):
        PACE.require_time(clock(7200), sells=500, buys=500)


def test_a_day_without_trades_needs_no_time() -> None:
    PACE.require_time(clock(0), sells=0, buys=0)


def test_a_closed_market_is_refused() -> None:
    with pytest.raises(PlanRejected, match="expected an open market"):
        require_open(clock(3600, is_open=False))
