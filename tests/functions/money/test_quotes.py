"""What is spent follows the plan in dollars, whatever a quote says of the price."""

from __future__ import annotations

from decimal import Decimal

import pytest

from local.market.faults import FaultKind
from local.market.terms import Terms
from tests.functions.trading_day import TradingDay
from tests.functions.trading_world import World

PLAN = 100_000


@pytest.fixture
def margin(market: World) -> World:
    """Give an account that the broker lends as much again."""
    market.alpaca.market.terms = Terms(multiplier=Decimal(2))
    return market


class TestWideQuote:
    @pytest.mark.parametrize("bid", ["95", "90", "60", "20"])
    def test_that_lasts_is_refused(self, margin: World, bid: str) -> None:
        margin.alpaca.show("SPY", bid, "100.02")
        day = TradingDay(margin).trade({"SPY": "1"})
        assert margin.spent == 0
        assert "expected a spread up to 5%" in str(day.refusal)

    @pytest.mark.parametrize("bid", ["0.95", "0.9", "0.6", "0.2"])
    def test_of_a_moment_is_waited_for(self, margin: World, bid: str) -> None:
        margin.alpaca.arm(FaultKind.LOW_BID, "SPY", bid, count=3)
        day = TradingDay(margin).trade({"SPY": "1"})
        assert 0 <= PLAN - margin.spent <= 5
        assert day.mail.subject.startswith("[SUCCESS]")

    @pytest.mark.parametrize("bid", ["95.5", "98", "99.9"])
    def test_that_may_be_true_spends_no_more_than_the_plan(self, margin: World, bid: str) -> None:
        margin.alpaca.show("SPY", bid, "100.02")
        TradingDay(margin).trade({"SPY": "1"})
        assert 0 < margin.spent <= PLAN


class TestImplausibleQuote:
    @pytest.mark.parametrize(
        ("bid", "ask", "why"),
        [
            ("150", "50", "expected a bid below the ask"),
            ("119.99", "120.01", "expected a quote within 5% of the last trade"),
            ("79.99", "80.01", "expected a quote within 5% of the last trade"),
            ("0.01", "0", "expected a quote within 5% of the last trade"),
            ("0", "0", "found neither"),
        ],
    )
    def test_is_refused_with_its_reason(self, margin: World, bid: str, ask: str, why: str) -> None:
        margin.alpaca.show("SPY", bid, ask)
        day = TradingDay(margin).trade({"SPY": "1"})
        assert margin.alpaca.placed() == []
        assert why in str(day.refusal)

    def test_after_the_plan_fails_the_trade_and_is_told(self, margin: World) -> None:
        day = TradingDay(margin)
        day.plan({"SPY": "1"})
        margin.alpaca.show("SPY", "150", "50")
        day.execute()
        assert margin.spent == 0
        assert day.mail.subject.startswith("[FAILURE]")
        assert "expected a bid below the ask, found 150.0 above 50.0" in day.mail.body


class TestMovingPrice:
    @pytest.mark.parametrize("factor", ["1.2", "1.02", "0.9"])
    def test_between_plan_and_orders_spends_no_more_than_the_plan(
        self, margin: World, factor: str
    ) -> None:
        day = TradingDay(margin)
        day.plan({"SPY": "1"})
        margin.alpaca.tape.move("SPY", Decimal(factor))
        day.execute()
        assert 0 < margin.spent <= PLAN

    @pytest.mark.parametrize("factor", ["1.2", "1.004"])
    def test_between_two_orders_spends_no_more_than_the_plan(
        self, margin: World, factor: str
    ) -> None:
        margin.alpaca.trade_at("SPY", "100", "1")
        margin.alpaca.arm(FaultKind.MOVE, "SPY", factor)
        TradingDay(margin).trade({"SPY": "1"})
        assert 0 < margin.spent <= PLAN

    def test_that_no_quote_tells_of_buys_nothing_and_is_told(self, margin: World) -> None:
        margin.alpaca.show("SPY", "99.99", "100.01")
        day = TradingDay(margin)
        day.plan({"SPY": "1"})
        margin.alpaca.tape.move("SPY", Decimal("1.04"))
        day.execute()
        assert margin.spent == 0
        assert not day.mail.subject.startswith("[SUCCESS]")
        assert "none of" in day.mail.body


class TestPennies:
    def test_are_bid_for_in_hundredths_of_a_cent(self, market: World) -> None:
        market.alpaca.trade_at("SPY", "0.0145", "0.0006")
        TradingDay(market, deployment="0.001").trade({"SPY": "1"})
        limits = [order.limit_price for order in market.alpaca.placed("SPY")]
        assert limits[:3] == [Decimal("0.0146"), Decimal("0.0147"), Decimal("0.0148")]
        assert 95 < market.spent <= 100


class TestHoldingWithoutAQuote:
    def test_is_kept_at_the_brokers_value_while_the_rest_trades(self, market: World) -> None:
        market.alpaca.hold("GLD", "100")
        market.alpaca.hold("TLT", "100")
        market.alpaca.show("GLD", "0", "0")
        day = TradingDay(market).trade({"SPY": "1"})
        assert market.alpaca.held("GLD") == 100
        assert market.alpaca.held("TLT") == 0
        assert market.alpaca.held("SPY") == pytest.approx(1100, rel=Decimal("0.01"))
        assert market.alpaca.cash >= 0
        assert day.mail.subject.startswith("[PARTIAL]")
        assert "GLD: kept as it is: expected a bid or an ask above zero" in day.mail.body

    def test_last_quoted_twenty_minutes_ago_is_kept_too(self, market: World) -> None:
        market.alpaca.hold("GLD", "100")
        market.alpaca.arm(FaultKind.STALE_QUOTE, "GLD", "1200", count=99)
        day = TradingDay(market).trade({"SPY": "1"})
        assert market.alpaca.held("GLD") == 100
        assert market.spent == pytest.approx(100_000, abs=50)
        assert "found one of 12" in day.mail.body

    def test_is_not_sold_for_a_bid_of_a_cent(self, market: World) -> None:
        # The broker counts 100,000 dollars of equity; by the quote the account is under water.
        market.alpaca.market.terms = Terms(multiplier=Decimal(2))
        market.alpaca.cash = Decimal(-50_000)
        market.alpaca.hold("GLD", "1500")
        market.alpaca.show("GLD", "0.01", "0")
        day = TradingDay(market).trade({"GLD": "1"})
        assert market.alpaca.held("GLD") == 1500
        assert market.alpaca.placed() == []
        assert day.refusal is not None
