"""Nothing is begun that the close would cut off, and what it cuts off is told."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest

from local.market.faults import FaultKind
from local.market.hours import NEW_YORK, closing
from tests.functions.trading_day import TradingDay
from tests.functions.trading_world import World
from the_alchemiser.shared.run_record.states import RunStatus


@pytest.mark.parametrize(
    ("day", "at", "why"),
    [
        (date(2022, 3, 14), time(16, 0), "expected an open market"),
        (date(2022, 3, 14), time(15, 59), "found 60 s until the close"),
        (date(2022, 11, 25), time(15, 45), "expected an open market"),
        (date(2022, 11, 25), time(12, 59), "found 60 s until the close"),
        (date(2022, 5, 30), time(15, 45), "expected an open market"),
    ],
    ids=["closed", "late", "half day over", "half day late", "holiday"],
)
def test_a_run_that_cannot_end_is_not_begun(market: World, day: date, at: time, why: str) -> None:
    market.alpaca.market.move_to(datetime.combine(day, at, NEW_YORK))
    traded = TradingDay(market).trade({"SPY": "1"})
    assert why in str(traded.refusal)
    assert traded.run is None
    assert market.alpaca.placed() == []


def test_a_run_on_a_half_day_is_begun_in_time(market: World) -> None:
    market.alpaca.market.move_to(datetime(2022, 11, 25, 12, 45, tzinfo=NEW_YORK))
    day = TradingDay(market).trade({"SPY": "1"})
    assert day.mail.subject.startswith("[SUCCESS]")


def test_buys_that_come_after_the_close_fail_the_run_and_are_told(market: World) -> None:
    market.alpaca.hold("GLD", "100")
    day = TradingDay(market)
    day.plan({"SPY": "0.6", "TLT": "0.4"})
    (sell,) = market.queued()
    market.executor().execute(sell)
    market.alpaca.close_market()
    day.execute()
    assert day.run is not None
    assert day.run.status is RunStatus.FAILED
    assert market.alpaca.placed("SPY") == market.alpaca.placed("TLT") == []
    assert "[FAILURE]" in day.mail.subject
    assert "not invested: $110000.00 (SPY $66000.00, TLT $44000.00)" in day.mail.body


def test_a_trade_that_the_close_cuts_off_fails_the_run_and_is_told(market: World) -> None:
    market.alpaca.fill_at_step("SPY", 1)
    market.alpaca.arm(FaultKind.PARTIAL_FILL, "SPY", "0.5")
    day = TradingDay(market)
    day.plan({"SPY": "1"})
    # 15 s are left: the first limit waits for ten, the second would come too late.
    market.alpaca.market.move_to(closing(date(2022, 3, 14)) - timedelta(seconds=15))
    day.execute()
    assert day.run is not None
    assert day.run.status is RunStatus.FAILED
    (order,) = market.alpaca.placed()
    assert order.filled_quantity == pytest.approx(500, rel=Decimal("0.01"))
    assert [lot.remaining for lot in market.lots()] == [order.filled_quantity]
    assert any("the market closed before the run was done" in mail.body for mail in day.mails)


class TestAccount:
    @pytest.mark.parametrize(
        ("terms", "why"),
        [
            ({"currency": "EUR"}, "expected an account in USD, found one in EUR"),
            ({"status": "INACTIVE"}, "found the status INACTIVE"),
            ({"trading_blocked": True}, "found trading_blocked"),
            ({"account_blocked": True}, "found account_blocked"),
            ({"trade_suspended_by_user": True}, "found trade_suspended_by_user"),
        ],
    )
    def test_that_may_not_trade_is_refused_with_the_reason(
        self, market: World, terms: dict[str, object], why: str
    ) -> None:
        market.alpaca.market.terms = market.alpaca.market.terms.model_copy(update=terms)
        day = TradingDay(market).trade({"SPY": "1"})
        assert why in str(day.refusal)
        assert market.queued() == []


class TestLiquidation:
    def under_water(self, market: World) -> None:
        market.alpaca.cash = Decimal(-11_000)
        market.alpaca.hold("GLD", "100")

    def test_needs_an_open_market(self, market: World) -> None:
        self.under_water(market)
        market.alpaca.close_market()
        day = TradingDay(market).trade({"SPY": "1"})
        assert "expected an open market" in str(day.refusal)
        assert market.alpaca.placed() == []

    def test_needs_the_brokers_equity_to_agree(self, market: World) -> None:
        self.under_water(market)
        market.alpaca.trade_at("GLD", "112")
        market.alpaca.show("GLD", "109", "109.02")
        day = TradingDay(market).trade({"SPY": "1"})
        assert market.alpaca.placed() == []
        assert "by the broker's own count 200.00; nothing is sold" in str(day.refusal)

    def test_is_finished_before_anything_is_planned(self, market: World) -> None:
        self.under_water(market)
        market.alpaca.arm(FaultKind.LATE_FILL, "GLD", "20")
        day = TradingDay(market)
        assert not day.plan({"SPY": "1"})
        assert len(market.alpaca.placed("GLD")) == 1
        assert market.alpaca.held("GLD") == 0
        assert "expected cash above zero" in str(day.refusal)
