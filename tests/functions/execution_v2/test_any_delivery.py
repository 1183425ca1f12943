"""Deliveries may be repeated, reordered, overlapping or cut off: the orders are the same."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.market.faults import FaultKind
from tests.functions.deployed import RUNS
from tests.functions.trading_world import Killed, World, world
from the_alchemiser.shared.errors import TransientError
from the_alchemiser.shared.run_record.states import RunStatus, TradeStatus
from the_alchemiser.shared.trade_message import TradeMessage

TARGETS = {"SPY": "0.6", "TLT": "0.4"}


def open_market(made: World) -> None:
    for symbol, price in (("SPY", "400"), ("TLT", "100"), ("GLD", "180"), ("QQQ", "300")):
        made.alpaca.trade_at(symbol, price)


def books(made: World) -> list[tuple[str, str, Decimal, Decimal]]:
    return sorted(
        (o.client_order_id, o.status, o.quantity, o.filled_quantity) for o in made.alpaca.placed()
    )


def lots_equal_positions(made: World) -> bool:
    held = made.alpaca.market.books.quantities
    owned: dict[str, Decimal] = {}
    for lot in made.lots():
        owned[lot.symbol] = owned.get(lot.symbol, Decimal(0)) + lot.remaining
    return held == owned


@cache
def expected() -> list[tuple[str, str, Decimal, Decimal]]:
    with world() as made:
        open_market(made)
        made.start_run(TARGETS)
        made.trade_until_idle()
        return books(made)


@pytest.mark.lengthy
@settings(
    max_examples=4,
    derandomize=True,
    deadline=None,
)
@given(st.permutations([0, 1] * 2))
def test_gives_the_same_orders_once_each(order: list[int]) -> None:
    undisturbed = expected()
    with world() as made:
        open_market(made)
        run_id = made.start_run(TARGETS)
        messages = made.queued()
        for index in order:
            made.executor().execute(messages[index])
        assert books(made) == undisturbed
        assert made.run(run_id).completed_trades == 2
        assert lots_equal_positions(made)
        told = [event.event_id for event in made.publisher.named("TradeExecuted")]
        assert len(told) == len(set(told)) == 2


def test_overlapping_places_each_order_once(market: World) -> None:
    run_id = market.start_run({"SPY": "1"})
    (message,) = market.queued()
    with ThreadPoolExecutor(max_workers=4) as pool:
        list(pool.map(lambda _: market.executor().execute(message), range(4)))
    assert [o.client_order_id[-2:] for o in market.alpaca.placed()] == ["11", "12"]
    assert 0 <= 95_000 - market.spent <= 5
    assert market.run_item(run_id)["completed_trades"] == 1
    assert lots_equal_positions(market)
    assert len({e.event_id for e in market.publisher.named("TradeExecuted")}) == 1


@pytest.mark.lengthy
def test_cut_off_anywhere_ends_as_if_nothing_happened() -> None:
    calls, end = _trade_killed_after(None)
    assert calls > 15
    for point in range(1, calls + 1):
        assert _trade_killed_after(point)[1] == end, f"killed after call {point}"


def _trade_killed_after(point: int | None) -> tuple[int, object]:
    """Sell GLD, then buy SPY; kill the process once, and deliver every message again."""
    with world() as made:
        open_market(made)
        made.alpaca.hold("GLD", "10")
        made.alpaca.fill_at_step("GLD", 1)
        made.alpaca.fill_at_step("SPY", 2)
        run_id = made.start_run({"SPY": "1"})
        pending = made.queued()
        made.killer.calls = 0
        made.killer.after_call = point
        while pending:
            message = pending.pop(0)
            try:
                made.executor().execute(message)
            except Killed:
                made.executor().execute(message)
            pending += made.queued()
        calls = made.killer.calls
        item = made.run_item(run_id)
        events = {event.event_id: event.event_type for event in made.publisher.events}
        assert lots_equal_positions(made) or point is None
        end = (
            books(made),
            made.alpaca.cash,
            {name: item[name] for name in item if name.endswith(("_trades", "_amount", "_value"))},
            sorted(events.items()),
            sorted((lot.strategy, lot.symbol, lot.remaining) for lot in made.lots()),
        )
        return calls, end


def test_killed_after_the_broker_took_the_order_places_no_second(market: World) -> None:
    run_id = market.start_run({"SPY": "1"})
    (message,) = market.queued()
    market.alpaca.fill_at_step("SPY", 1)

    def die_after_an_order() -> None:
        if market.alpaca.requests[-1] == "POST /orders":
            raise Killed

    market.alpaca.after_each_write = die_after_an_order
    with pytest.raises(Killed):
        market.executor().execute(message)
    assert len(market.alpaca.placed()) == 1
    market.alpaca.after_each_write = lambda: None
    market.executor().execute(message)
    assert len(market.alpaca.placed()) == 1
    assert market.run(run_id).completed_trades == 1


class TestBreaker:
    def test_lets_ten_parallel_buys_pass_only_as_far_as_the_limit(self, market: World) -> None:
        symbols = [f"S{letter}" for letter in "ABCDEFGHIJ"]
        for symbol in symbols:
            market.alpaca.trade_at(symbol, "100")
        run_id = market.start_run(dict.fromkeys(symbols, "0.1"))
        self._limit(market, run_id, "50000")
        messages = market.queued()
        assert len(messages) == 10

        def execute(message: TradeMessage) -> None:
            market.executor().execute(message)

        with ThreadPoolExecutor(max_workers=10) as pool:
            list(pool.map(execute, messages))
        spent = 100_000 - market.alpaca.cash
        bought = [symbol for symbol in symbols if market.alpaca.held(symbol)]
        assert 1 <= len(bought) <= 5
        assert spent <= Decimal("50010")
        assert market.run(run_id).status is RunStatus.FAILED
        (failure,) = {e.event_id: e for e in market.publisher.named("WorkflowFailed")}.values()
        assert failure.model_dump()["failure_step"] == "EQUITY_CIRCUIT_BREAKER"
        told = {
            e.model_dump()["execution_data"]["symbol"]
            for e in market.publisher.named("TradeExecuted")
        }
        assert told == set(bought)

    def test_reserves_each_buy_once(self, market: World) -> None:
        run_id = market.start_run({"SPY": "1"})
        (message,) = market.queued()
        progress = market.progress()
        assert all(progress.reserve(message) for _ in range(3))
        assert market.run(run_id).bought == Decimal("95000.00")

    def test_frees_what_was_not_spent(self, market: World) -> None:
        run_id = market.start_run({"SPY": "0.5", "TLT": "0.5"})
        market.alpaca.arm(FaultKind.REJECT, "SPY", count=99)
        market.trade_until_idle()
        assert 0 <= 47500 - market.run(run_id).bought <= 5

    @staticmethod
    def _limit(market: World, run_id: str, limit: str) -> None:
        market.dynamodb.update_item(
            TableName=RUNS,
            Key={"PK": {"S": f"RUN#{run_id}"}, "SK": {"S": "METADATA"}},
            UpdateExpression="SET max_equity_limit_usd = :limit",
            ExpressionAttributeValues={":limit": {"N": limit}},
        )


class TestSellGuard:
    def test_calls_the_buys_off_when_too_much_failed(self, market: World) -> None:
        market.alpaca.hold("GLD", "200")
        run_id = market.start_run({"SPY": "1"})
        market.alpaca.arm(FaultKind.REJECT, "GLD", count=99)
        market.trade_until_idle()
        assert market.run(run_id).status is RunStatus.FAILED
        (failure,) = market.publisher.named("WorkflowFailed")
        told = failure.model_dump()
        assert told["failure_step"] == "SELL_PHASE_GUARD"
        assert "sells of $36000.00 failed, at most $34000.00 may" in told["failure_reason"]
        assert "$129200.00 are not invested" in told["failure_reason"]
        assert market.alpaca.placed("SPY") == []

    def test_spares_failures_up_to_a_quarter_of_the_account(self, market: World) -> None:
        market.alpaca.hold("GLD", "100")
        run_id = market.start_run({"SPY": "1"})
        market.alpaca.arm(FaultKind.REJECT, "GLD", count=99)
        market.trade_until_idle()
        assert market.run(run_id).completed_trades == 2
        assert market.alpaca.held("SPY") > 0

    def test_counts_the_unsold_part_of_a_partial_sell(self, market: World) -> None:
        market.alpaca.hold("GLD", "100")
        run_id = market.start_run({"SPY": "1"})
        market.alpaca.arm(FaultKind.PARTIAL_FILL, "GLD", "0.5", count=99)
        market.trade_until_idle()
        item = market.run_item(run_id)
        assert market.alpaca.held("GLD") == Decimal("12.5")
        assert item["sell_succeeded_amount"] == Decimal("15750.00")
        assert item["sell_failed_amount"] == Decimal("2250.00")
        assert market.run(run_id).status is RunStatus.BUY_PHASE
        assert market.alpaca.cash >= 0

    def test_is_told_once_however_often_the_sell_is_delivered(self, market: World) -> None:
        market.alpaca.hold("GLD", "200")
        market.start_run({"SPY": "1"})
        market.alpaca.arm(FaultKind.REJECT, "GLD", count=99)
        (message,) = market.queued()
        for _ in range(3):
            market.executor().execute(message)
        assert len(market.publisher.named("WorkflowFailed")) == 1

    def test_lets_only_one_of_two_last_sells_start_the_buys(self, market: World) -> None:
        market.alpaca.hold("GLD", "10")
        market.alpaca.hold("TLT", "10")
        market.start_run({"SPY": "1"})
        with ThreadPoolExecutor(max_workers=2) as pool:
            list(pool.map(lambda m: market.executor().execute(m), market.queued()))
        assert [(m.action, m.symbol) for m in market.queued()] == [("BUY", "SPY")]


class TestOtherwise:
    def test_a_buy_that_comes_before_the_sells_waits(self, market: World) -> None:
        market.alpaca.hold("GLD", "100")
        run_id = market.start_run({"SPY": "1"})
        (buy,) = [r.message for r in market.trades().of_run(run_id) if r.message.symbol == "SPY"]
        with pytest.raises(TransientError, match=r"sells of run .* are not done"):
            market.executor().execute(buy)
        assert market.alpaca.placed() == []

    def test_a_trade_of_a_failed_run_is_not_begun(self, market: World) -> None:
        run_id = market.start_run({"SPY": "1"})
        market.progress().fail(run_id, "TEST", "for the test")
        (message,) = market.queued()
        market.executor().execute(message)
        assert market.alpaca.placed() == []
        (record,) = market.trades().of_run(run_id)
        assert record.status is TradeStatus.FAILED
        assert market.publisher.named("TradeExecuted") == []

    def test_a_trade_begun_before_its_run_failed_is_brought_to_its_end(self, market: World) -> None:
        run_id = market.start_run({"SPY": "1"})
        (message,) = market.queued()
        market.alpaca.fill_at_step("SPY", 1)
        market.alpaca.arm(FaultKind.PARTIAL_FILL, "SPY", "0.5")
        market.alpaca.arm(FaultKind.IGNORE_CANCEL, "SPY")
        with pytest.raises(TransientError):
            market.executor().execute(message)
        market.progress().fail(run_id, "TEST", "for the test")
        market.executor().execute(message)
        assert len(market.alpaca.placed()) == 1
        assert market.alpaca.placed()[0].status == "canceled"
        assert lots_equal_positions(market)
        (event,) = market.publisher.named("TradeExecuted")
        shares = event.model_dump()["execution_data"]["shares_executed"]
        assert Decimal(shares) == Decimal("118.75")
