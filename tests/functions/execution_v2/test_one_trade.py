"""One trade, whatever the broker does."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from local.market.faults import FaultKind
from tests.functions.alpaca_in_process import NOW
from tests.functions.trading_world import World
from the_alchemiser.metrics_v2.domain import capital_gauge
from the_alchemiser.shared.errors import PermanentError, TransientError
from the_alchemiser.shared.events.names import EventName
from the_alchemiser.shared.events.trades import TradeExecuted
from the_alchemiser.shared.events.unwrap import unwrap
from the_alchemiser.shared.run_record.states import TradeStatus


def trade(market: World) -> TradeExecuted:
    """Execute the one queued trade and give its event."""
    (message,) = market.queued()
    market.executor().execute(message)
    event = market.publisher.named("TradeExecuted")[-1]
    assert isinstance(event, TradeExecuted)
    return event


def status(market: World, run_id: str) -> TradeStatus:
    (record,) = market.trades().of_run(run_id)
    return record.status


def assert_invested(market: World, planned: str = "95000") -> None:
    """All of the plan's dollars were spent but for what no order is worth, and none beyond."""
    assert 0 <= Decimal(planned) - market.spent <= 5


class TestCapital:
    def test_event_run_and_gauge_tell_what_the_broker_says_is_deployed(self, market: World) -> None:
        run_id = market.start_run({"SPY": "1"})
        event = trade(market)
        alpaca = market.alpaca
        expected = (alpaca.funds.long_value / alpaca.funds.equity * 100).quantize(Decimal("0.01"))
        assert 90 < expected < 100
        assert event.metadata["capital_deployed_pct"] == str(expected)
        assert market.run_item(run_id)["capital_deployed_pct"] == expected
        received = unwrap(event.to_detail(), {EventName.TRADE_EXECUTED: TradeExecuted})
        assert [gauge.value for gauge in capital_gauge(received)] == [expected]

    def test_told_again_is_what_was_told_before(self, market: World) -> None:
        market.start_run({"SPY": "1"})
        (message,) = market.queued()
        market.execute_while_the_bus_is_away(message)
        market.alpaca.trade_at("SPY", "500.00", "1.00")
        before = market.trades().read(message.run_id, message.trade_id).result
        market.executor().execute(message)
        event = market.publisher.named("TradeExecuted")[-1]
        assert before is not None
        assert event.metadata["capital_deployed_pct"] == str(before.capital_deployed_pct)

    def test_a_trade_without_orders_tells_nothing_of_it(self, market: World) -> None:
        market.start_run({"SPY": "1"})
        market.alpaca.tape.change("SPY", is_tradable=False)
        event = trade(market)
        assert "capital_deployed_pct" not in event.metadata
        assert capital_gauge(event) == ()


class TestWalk:
    def test_goes_through_the_spread_and_then_to_any_fair_price(self, market: World) -> None:
        market.alpaca.trade_at("SPY", "400.00", "1.00")
        market.start_run({"SPY": "1"})
        trade(market)
        orders = market.alpaca.placed("SPY")
        limits = ["400.25", "400.35", "400.45", "402.50", "402.50"]
        assert [o.limit_price for o in orders] == [*map(Decimal, limits)]
        assert [o.status for o in orders] == ["canceled"] * 3 + ["filled"] * 2
        assert {o.average_price for o in orders[3:]} == {Decimal("400.50")}
        assert_invested(market)

    def test_sells_from_the_other_side(self, market: World) -> None:
        market.alpaca.trade_at("GLD", "180.00", "1.00")
        market.alpaca.hold("GLD", "10")
        market.alpaca.hold("SPY", "1")
        market.alpaca.cash = Decimal(0)
        market.start_run({"SPY": "1"}, "0.18")
        (gld,) = [each for each in market.queued() if each.symbol == "GLD"]
        market.executor().execute(gld)
        limits = [o.limit_price for o in market.alpaca.placed("GLD")]
        assert limits == [*map(Decimal, ["179.75", "179.65", "179.55"]), None]

    def test_stops_where_a_limit_is_filled(self, market: World) -> None:
        market.alpaca.fill_at_step("SPY", 2)
        market.start_run({"SPY": "1"})
        event = trade(market)
        assert [o.status for o in market.alpaca.placed()] == ["canceled", "filled"]
        assert event.execution_data["price"] == "400.010000"

    def test_carries_the_rest_of_a_partial_fill_on(self, market: World) -> None:
        market.alpaca.fill_at_step("SPY", 1)
        for share in ("0.4", "0", "0", "0.4", "0"):
            market.alpaca.arm(FaultKind.PARTIAL_FILL, "SPY", share)
        market.start_run({"SPY": "1"})
        event = trade(market)
        orders = market.alpaca.placed()
        filled = [order.filled_quantity for order in orders]
        assert filled[0] == pytest.approx(Decimal(95), abs=Decimal("0.01"))
        assert filled[3] == pytest.approx(Decimal(57), abs=Decimal("0.5"))
        assert filled[1] == filled[2] == filled[4] == 0
        assert event.success
        assert Decimal(event.execution_data["shares_executed"]) == sum(filled)
        assert "of $95000.00 were spent" in event.execution_data["error_message"]

    def test_counts_what_is_filled_while_it_cancels(self, market: World) -> None:
        market.alpaca.arm(FaultKind.FILL_ON_CANCEL, "SPY")
        market.start_run({"SPY": "1"})
        event = trade(market)
        assert len(market.alpaca.placed()) == 1
        assert event.execution_data["shares_executed"] == "237.5"

    def test_places_nothing_more_until_a_cancel_is_final(self, market: World) -> None:
        market.alpaca.arm(FaultKind.IGNORE_CANCEL, "SPY", count=1)
        market.start_run({"SPY": "1"})
        (message,) = market.queued()
        with pytest.raises(TransientError, match="not final after its cancel"):
            market.executor().execute(message)
        assert len(market.alpaca.placed()) == 1
        market.executor().execute(message)
        assert_invested(market)

    def test_leaves_a_rest_below_one_dollar(self, market: World) -> None:
        market.alpaca.arm(FaultKind.PARTIAL_FILL, "SPY", "0.99999", count=99)
        market.alpaca.fill_at_step("SPY", 1)
        market.start_run({"SPY": "1"})
        assert trade(market).success
        assert len(market.alpaca.placed()) == 1


class TestDecision:
    def test_is_left_to_the_queue_while_the_broker_does_not_tell_the_time(
        self, market: World
    ) -> None:
        market.start_run({"SPY": "1"})
        (message,) = market.queued()
        market.alpaca.fail("GET /clock", times=4)
        with pytest.raises(TransientError, match="clock"):
            market.executor().execute(message)
        assert market.alpaca.placed() == []
        market.executor().execute(message)
        assert_invested(market)

    def test_is_failure_when_the_broker_rejects(self, market: World) -> None:
        run_id = market.start_run({"SPY": "1"})
        market.alpaca.arm(FaultKind.REJECT, "SPY", count=99)
        event = trade(market)
        assert not event.success
        assert event.failed_symbols == ("SPY",)
        assert event.failure_reason is not None
        assert "rejected" in event.failure_reason
        assert status(market, run_id) is TradeStatus.FAILED
        assert len(market.alpaca.placed()) == 1

    def test_is_failure_when_the_broker_refuses(self, market: World) -> None:
        market.start_run({"SPY": "1"})
        market.alpaca.arm(FaultKind.REFUSE, "SPY", count=99)
        event = trade(market)
        assert not event.success
        assert "trading is not allowed" in str(event.failure_reason)

    def test_books_what_was_filled_before_a_rejection(self, market: World) -> None:
        run_id = market.start_run({"SPY": "1"})
        market.alpaca.fill_at_step("SPY", 1)
        market.alpaca.arm(FaultKind.PARTIAL_FILL, "SPY", "0.5")
        (message,) = market.queued()
        broker = market.alpaca.broker()
        cancel = broker.cancel

        def reject_what_follows(order_id: str) -> None:
            market.alpaca.arm(FaultKind.REJECT, "SPY", count=99)
            cancel(order_id)

        broker.cancel = reject_what_follows  # type: ignore[method-assign]
        market.executor(broker).execute(message)
        assert status(market, run_id) is TradeStatus.FAILED
        assert sum(lot.remaining for lot in market.lots()) == market.alpaca.held("SPY") > 0
        assert market.run_item(run_id)["cumulative_buy_succeeded_value"] == Decimal("47500.00")

    def test_tries_a_sell_three_times(self, market: World) -> None:
        market.alpaca.hold("GLD", "100")
        market.start_run({"SPY": "1"})
        market.alpaca.arm(FaultKind.REJECT, "GLD", count=2)
        assert trade(market).success
        assert [o.client_order_id[-2:] for o in market.alpaca.placed("GLD")][:3] == [
            "11",
            "21",
            "31",
        ]

    def test_is_failure_when_the_asset_cannot_be_traded(self, market: World) -> None:
        market.alpaca.tape.change("SPY", is_tradable=False)
        market.start_run({"SPY": "1"})
        assert "not tradable" in str(trade(market).failure_reason)

    def test_is_failure_when_the_quote_is_stale(self, market: World) -> None:
        market.start_run({"SPY": "1"})
        market.alpaca.show("SPY", "399.99", "400.01", NOW - timedelta(seconds=901))
        assert "of the last 900 s" in str(trade(market).failure_reason)
        assert market.alpaca.placed() == []

    def test_is_failure_when_nobody_quotes(self, market: World) -> None:
        market.start_run({"SPY": "1"})
        market.alpaca.show("SPY", "0", "0")
        assert "neither" in str(trade(market).failure_reason)

    def test_makes_up_a_side_that_nobody_quotes(self, market: World) -> None:
        market.start_run({"SPY": "1"})
        market.alpaca.show("SPY", "0", "400.01")
        market.alpaca.fill_at_step("SPY", 1)
        assert trade(market).success


class TestQuantity:
    def test_of_an_exit_is_the_whole_position(self, market: World) -> None:
        market.alpaca.hold("GLD", "12.345678912")
        market.start_run({"SPY": "1"})
        trade(market)
        assert market.alpaca.held("GLD") == 0

    def test_is_whole_where_fractions_are_not_traded(self, market: World) -> None:
        market.alpaca.tape.change("SPY", is_fractionable=False)
        market.start_run({"SPY": "1"})
        trade(market)
        assert market.alpaca.held("SPY") == 237

    def test_of_a_sell_is_cut_to_what_is_held(self, market: World) -> None:
        market.alpaca.hold("GLD", "100")
        market.start_run({"GLD": "1"}, "0.1")
        market.alpaca.hold("GLD", "34.2")
        event = trade(market)
        assert event.success
        assert market.alpaca.held("GLD") == 0

    def test_of_a_sell_beyond_what_is_held_is_refused(self, market: World) -> None:
        market.alpaca.hold("GLD", "100")
        market.start_run({"GLD": "1"}, "0.1")
        market.alpaca.hold("GLD", "20")
        assert "found enough for 20" in str(trade(market).failure_reason)

    def test_of_a_buy_is_cut_to_the_buying_power(self, market: World) -> None:
        market.start_run({"SPY": "1"}, "1")
        market.alpaca.cash = Decimal("99500")
        event = trade(market)
        assert event.success
        assert market.alpaca.cash >= 0

    def test_of_a_buy_far_beyond_the_buying_power_is_cut_and_told(self, market: World) -> None:
        market.start_run({"SPY": "1"}, "1")
        market.alpaca.cash = Decimal("50000")
        event = trade(market)
        assert 0 <= market.alpaca.cash <= 5
        assert "of $100000.00 were spent" in str(event.failure_reason)

    def test_of_a_buy_without_any_money_is_nothing(self, market: World) -> None:
        market.start_run({"SPY": "1"}, "1")
        market.alpaca.cash = Decimal("0.5")
        assert "buying power" in str(trade(market).failure_reason)
        assert market.alpaca.placed() == []


class TestBreakdown:
    @pytest.mark.parametrize("how", [{}, {"status": 429}, {"status": 500}, {"status": 504}])
    @pytest.mark.parametrize("after_acting", [True, False])
    def test_of_single_requests_goes_unnoticed(
        self, market: World, how: dict[str, int], after_acting: bool
    ) -> None:
        for call in ("POST /orders", "DELETE /orders", "GET /orders/", "GET /stocks", "GET /acc"):
            market.alpaca.fail(call, times=2, after_acting=after_acting, **how)
        market.start_run({"SPY": "1"})
        assert trade(market).success
        assert_invested(market)

    def test_that_lasts_is_left_to_the_queue(self, market: World) -> None:
        run_id = market.start_run({"SPY": "1"})
        (message,) = market.queued()
        market.alpaca.fail("POST /orders", times=99)
        with pytest.raises(TransientError):
            market.executor().execute(message)
        (record,) = market.trades().of_run(run_id)
        assert record.status is TradeStatus.RUNNING
        assert "no answer from the broker" in str(record.last_error)
        market.alpaca.market.faults.clear()
        market.executor().execute(message)
        assert status(market, run_id) is TradeStatus.COMPLETED

    def test_of_the_bus_is_made_up_for_by_the_next_delivery(self, market: World) -> None:
        market.start_run({"SPY": "1"})
        (message,) = market.queued()
        market.execute_while_the_bus_is_away(message)
        market.executor().execute(message)
        market.executor().execute(message)
        assert len(market.publisher.named("TradeExecuted")) == 1
        assert_invested(market)

    def test_of_what_nobody_knows_is_an_error(self, market: World) -> None:
        run_id = market.start_run({"SPY": "1"})
        (message,) = market.queued()
        unknown = message.model_copy(update={"trade_id": "trade-unknown"})
        with pytest.raises(PermanentError, match="has no trade trade-unknown"):
            market.executor().execute(unknown)
        assert status(market, run_id) is TradeStatus.PENDING
