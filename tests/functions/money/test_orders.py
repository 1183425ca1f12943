"""No order twice, whatever the broker forgets to answer; whole shares; the money that is there."""

from __future__ import annotations

from decimal import Decimal

import pytest

from local.market.faults import FaultKind
from local.market.terms import Terms
from tests.functions.trading_day import TradingDay
from tests.functions.trading_world import World
from the_alchemiser.shared.broker_errors import OrderFateUnknown
from the_alchemiser.shared.run_record.states import RunStatus


def assert_books_agree(market: World) -> None:
    booked: dict[str, Decimal] = {}
    for lot in market.lots():
        booked[lot.symbol] = booked.get(lot.symbol, Decimal(0)) + lot.remaining
    assert booked == market.alpaca.market.books.quantities


class TestUnknownFate:
    @pytest.mark.parametrize("lookups", [1, 2, 5, 9])
    def test_of_a_sell_places_no_second_one(self, market: World, lookups: int) -> None:
        # https://github.com/bennycode/trading-signals/pull/1178: it arrived, and nobody said so.
        market.alpaca.hold("GLD", "1000")
        market.alpaca.fill_at_step("GLD", 1)
        market.alpaca.arm(FaultKind.LATE_LOOKUP, "GLD", str(lookups))
        market.alpaca.fail("POST /orders", after_acting=True)
        day = TradingDay(market, deployment="0.95").trade({"SPY": "1"})
        assert market.alpaca.held("GLD") == 0
        assert len(market.alpaca.placed("GLD")) == 1
        assert day.mail.subject.startswith("[SUCCESS]")

    @pytest.mark.parametrize("lookups", [1, 2, 5, 9])
    def test_of_a_buy_is_booked_when_it_is_found(self, market: World, lookups: int) -> None:
        market.alpaca.arm(FaultKind.LATE_LOOKUP, "SPY", str(lookups))
        market.alpaca.fail("POST /orders", after_acting=True)
        day = TradingDay(market).trade({"SPY": "1"})
        assert_books_agree(market)
        assert 0 <= 100_000 - market.spent <= 50
        assert day.mail.subject.startswith("[SUCCESS]")

    def test_that_lasts_ends_the_run_and_names_the_order(self, market: World) -> None:
        market.alpaca.hold("GLD", "1000")
        market.alpaca.fill_at_step("GLD", 1)
        market.alpaca.arm(FaultKind.LATE_LOOKUP, "GLD", "999")
        market.alpaca.fail("POST /orders", after_acting=True)
        day = TradingDay(market).trade({"SPY": "1"})
        (order,) = market.alpaca.placed()
        assert "RUN_STUCK" in day.mail.body
        assert order.client_order_id in day.mail.body
        assert market.alpaca.held("GLD") == 0

    def test_is_known_when_the_dead_letter_is_delivered_again(self, market: World) -> None:
        market.alpaca.fill_at_step("SPY", 1)
        market.alpaca.arm(FaultKind.LATE_LOOKUP, "SPY", "999")
        market.alpaca.fail("POST /orders", after_acting=True)
        day = TradingDay(market)
        day.plan({"SPY": "1"})
        (message,) = market.queued()
        for _ in range(3):
            with pytest.raises(OrderFateUnknown):
                market.executor().execute(message)
        market.clock.advance(seconds=3001)
        market.sweeper().sweep()
        (order,) = market.alpaca.placed()
        order.lookups_until_found = 0
        market.executor().execute(message)
        assert_books_agree(market)
        assert len(market.alpaca.placed()) == 1


class TestWholeShares:
    def test_of_an_exit_are_sold_and_the_rest_is_named(self, market: World) -> None:
        market.alpaca.hold("GLD", "200.5")
        market.alpaca.tape.change("GLD", is_fractionable=False)
        day = TradingDay(market).trade({"SPY": "1"})
        assert market.alpaca.held("GLD") == Decimal("0.5")
        assert "0.5 shares stay, only whole ones are traded" in day.mail.body

    def test_that_are_none_stay_and_fail_nothing(self, market: World) -> None:
        market.alpaca.hold("GLD", "0.5")
        market.alpaca.tape.change("GLD", is_fractionable=False)
        day = TradingDay(market).trade({"SPY": "1"})
        assert market.alpaca.held("GLD") == Decimal("0.5")
        assert "FAILURE" not in day.mail.subject
        assert "0.5 shares stay" in day.mail.body

    def test_of_a_purchase_are_bought_for_no_more_than_the_plan(self, market: World) -> None:
        market.alpaca.tape.change("SPY", is_fractionable=False)
        TradingDay(market).trade({"SPY": "1"})
        assert market.alpaca.held("SPY") % 1 == 0
        assert 99_000 < market.spent <= 100_000


class TestShort:
    def test_is_covered_before_anything_is_bought(self, market: World) -> None:
        market.alpaca.cash = Decimal(101_000)
        market.alpaca.market.terms = Terms(multiplier=Decimal(2))
        market.alpaca.hold("GLD", "-10")
        day = TradingDay(market).trade({"SPY": "1"})
        assert market.alpaca.held("GLD") == 0
        first, *_ = market.alpaca.placed()
        assert (first.symbol, first.side) == ("GLD", "buy")
        assert market.alpaca.held("SPY") == pytest.approx(1000, rel=Decimal("0.01"))
        assert market.alpaca.cash >= 0
        assert day.mail.subject.startswith("[SUCCESS]")
        assert {lot.symbol for lot in market.lots()} == {"SPY"}

    def test_that_is_also_a_target_is_covered_and_its_target_told(self, market: World) -> None:
        market.alpaca.cash = Decimal(101_000)
        market.alpaca.hold("SPY", "-10")
        day = TradingDay(market).trade({"SPY": "0.5", "TLT": "0.5"})
        assert market.alpaca.held("SPY") == 0
        assert market.alpaca.held("TLT") == pytest.approx(500, rel=Decimal("0.01"))
        assert "SPY: was short and is bought back first" in day.mail.body
        assert day.mail.subject.startswith("[PARTIAL]")


class TestMoneyThatIsThere:
    def test_bounds_what_is_bought_after_sells_that_fell_short(self, market: World) -> None:
        market.alpaca.market.terms = Terms(multiplier=Decimal(2))
        market.alpaca.trade_at("GLD", "100", "1")
        market.alpaca.hold("GLD", "500")
        market.alpaca.cash = Decimal(50_000)
        market.alpaca.arm(FaultKind.PARTIAL_FILL, "GLD", "0.76", count=9)
        day = TradingDay(market).trade({"SPY": "0.5", "TLT": "0.5"})
        assert market.alpaca.held("GLD") == 120
        assert 0 <= market.alpaca.cash < 100
        assert market.alpaca.held("SPY") == pytest.approx(
            market.alpaca.held("TLT"), rel=Decimal("0.001")
        )
        assert not day.mail.subject.startswith("[SUCCESS]")
        assert "Not invested: $12" in day.mail.body

    def test_is_invested_whole_in_a_cash_account(self, market: World) -> None:
        # A market order would need its collar of 2.5 % too, and be refused.
        market.alpaca.trade_at("SPY", "100", "1")
        day = TradingDay(market).trade({"SPY": "1"})
        assert 0 <= market.alpaca.cash <= 5
        assert day.mail.subject.startswith("[SUCCESS]")

    def test_is_tried_with_a_little_less_when_the_broker_wants_more(self, market: World) -> None:
        market.alpaca.arm(FaultKind.REFUSE_FUNDS, "SPY", count=2)
        TradingDay(market).trade({"SPY": "1"})
        assert market.spent >= 94_000


class TestHaltedHolding:
    def test_stops_nothing_but_itself(self, market: World) -> None:
        market.alpaca.cash = Decimal(0)
        market.alpaca.market.terms = Terms(multiplier=Decimal(2))
        market.alpaca.hold("GLD", "200")
        market.alpaca.hold("TLT", "9800")
        day = TradingDay(market)
        day.plan({"SPY": "1"})
        market.alpaca.tape.halt("GLD")
        day.execute()
        assert market.alpaca.held("TLT") == 0
        assert market.alpaca.held("SPY") * 100 == pytest.approx(980_000, rel=Decimal("0.001"))
        assert market.alpaca.cash >= 0
        assert day.run is not None
        assert day.run.status is RunStatus.COMPLETED
        assert day.mail.subject.startswith("[FAILURE]")
        assert "Failed symbols: GLD" in day.mail.body
