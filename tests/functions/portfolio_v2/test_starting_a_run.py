"""A run starts once for each signal, and alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

from local.market.faults import FaultKind
from tests.functions.deployed import PLANS, RUNS, SESSIONS
from tests.functions.trading_world import (
    CORRELATION,
    Killed,
    World,
    signal,
    world,
)
from the_alchemiser.portfolio_v2.liquidation import NegativeCashBalanceError
from the_alchemiser.portfolio_v2.rebalance_plan import run_id_of
from the_alchemiser.shared.errors import (
    PermanentError,
    PlanRejected,
    RunRefused,
    TransientError,
)
from the_alchemiser.shared.events.portfolio import RebalancePlanned
from the_alchemiser.shared.money import Symbol
from the_alchemiser.shared.plan_record import find_plan
from the_alchemiser.shared.run_record.states import RunStatus, TradeStatus
from the_alchemiser.shared.session_record.partial import partial_key
from the_alchemiser.shared.table import encode

TARGETS = {"SPY": "0.6", "TLT": "0.4"}


class TestFirstDelivery:
    def test_records_the_run_with_its_trades(self, market: World) -> None:
        market.alpaca.hold("GLD", "100")
        run_id = market.start_run(TARGETS)
        item = market.run_item(run_id)
        assert (item["total_trades"], item["sell_total"], item["buy_total"]) == (3, 1, 2)
        assert item["status"] == RunStatus.SELL_PHASE
        assert item["max_equity_limit_usd"] == Decimal("112100.00")
        assert item["capital_deployed_pct"] == Decimal("15.25")
        records = market.trades().of_run(run_id)
        assert {(r.message.symbol, r.status) for r in records} == {
            ("GLD", TradeStatus.PENDING),
            ("SPY", TradeStatus.WAITING),
            ("TLT", TradeStatus.WAITING),
        }

    def test_keeps_the_plan_under_its_run(self, market: World) -> None:
        market.start_run(TARGETS)
        found = find_plan(market.table(PLANS), CORRELATION)
        assert found is not None
        assert found.correlation_id == CORRELATION
        assert found.plan_id.startswith(f"portfolio_v2_{CORRELATION}_")

    def test_sends_buys_at_once_when_there_is_nothing_to_sell(self, market: World) -> None:
        run_id = market.start_run(TARGETS)
        assert market.run(run_id).status is RunStatus.BUY_PHASE
        assert {message.symbol for message in market.queued()} == {"SPY", "TLT"}

    def test_announces_the_plan(self, market: World) -> None:
        run_id = market.start_run(TARGETS)
        (event,) = market.publisher.events
        assert isinstance(event, RebalancePlanned)
        assert event.trades_required
        assert event.causation_id == f"signal-generated-of-{CORRELATION}"
        assert event.metadata["run_id"] == run_id
        assert event.allocation_comparison.deltas[Symbol("SPY")] == Decimal("57000.00")
        assert {m.causation_id for m in market.queued()} == {event.event_id}

    def test_announces_a_day_without_trades_with_its_run(self, market: World) -> None:
        market.alpaca.cash = Decimal(0)
        market.alpaca.hold("SPY", "100")
        run_id = market.start_run({"SPY": "1"}, deployment="1")
        (event,) = market.publisher.events
        assert isinstance(event, RebalancePlanned)
        assert not event.trades_required
        assert event.metadata["run_id"] == run_id
        assert market.run(run_id).total_trades == 0
        assert market.queued() == []

    def test_gives_each_strategy_its_share(self, market: World) -> None:
        market.put_session({"calm": {"SPY": "0.45", "TLT": "0.4"}, "trend": {"SPY": "0.15"}})
        market.start_run(TARGETS)
        shares = {message.symbol: message.strategy_weights for message in market.queued()}
        assert shares == {
            "SPY": {"calm": Decimal("0.75"), "trend": Decimal("0.25")},
            "TLT": {"calm": Decimal(1)},
        }


class TestRepetition:
    def test_changes_nothing(self, market: World) -> None:
        market.start_run(TARGETS)
        first = market.queued()
        market.alpaca.trade_at("SPY", "800")
        market.clock.advance(minutes=1)
        market.start_run(TARGETS)
        assert len(first) == 2
        assert market.queued() == []
        assert len(market.publisher.events) == 1

    def test_at_the_same_time_starts_one_run(self, market: World) -> None:
        with ThreadPoolExecutor(max_workers=4) as pool:
            list(pool.map(lambda _: market.start_run(TARGETS), range(4)))
        assert sorted(message.symbol for message in market.queued()) == ["SPY", "TLT"]
        assert len({event.event_id for event in market.publisher.events}) == 1

    def test_a_plan_that_no_bus_takes_ends_its_run_at_once(self, market: World) -> None:
        market.publisher.failure = PermanentError("the event is too large")
        with pytest.raises(PermanentError, match="too large"):
            market.start_run(TARGETS)
        run = market.run(run_id_of(CORRELATION))
        assert (run.status, run.failure_reason) == (RunStatus.FAILED, "the event is too large")
        assert run.is_failure_told
        assert market.queued() == []

    @pytest.mark.lengthy
    def test_after_a_kill_at_any_point_completes_the_run(self) -> None:
        calls = self._calls_of_a_whole_start(kill_after=None)
        assert calls > 8
        for point in range(1, calls + 1):
            self._calls_of_a_whole_start(kill_after=point)

    @staticmethod
    def _calls_of_a_whole_start(kill_after: int | None) -> int:
        with world() as market:
            market.alpaca.trade_at("SPY", "400")
            market.alpaca.trade_at("TLT", "100")
            before = market.killer.calls
            market.killer.after_call = before + kill_after if kill_after else None
            try:
                run_id = market.start_run(TARGETS)
            except Killed:
                run_id = market.start_run(TARGETS)
            calls = market.killer.calls - before
            assert sorted(each.symbol for each in market.queued()) == ["SPY", "TLT"]
            assert len({event.event_id for event in market.publisher.events}) == 1
            assert market.run_item(run_id)["total_trades"] == 2
            return calls

    def test_of_an_old_signal_does_not_trade_an_old_plan(self, market: World) -> None:
        run_id = market.start_run(TARGETS)
        market.queued()
        table = market.table(RUNS)
        key = {"PK": f"RUN#{run_id}", "SK": "METADATA"}
        table.delete_if(key, "run_id = :id", {":id": run_id})
        market.clock.advance(hours=25)
        with pytest.raises(RunRefused, match="s old and its run is gone"):
            market.start_run(TARGETS)
        assert market.queued() == []


class TestSecondRun:
    def test_is_refused_while_the_first_is_active(self, market: World) -> None:
        market.start_run(TARGETS)
        with pytest.raises(RunRefused, match="is active since"):
            market.rebalancer().rebalance(signal({"GLD": "1"}, "workflow-2"))
        assert {message.symbol for message in market.queued()} == {"SPY", "TLT"}

    def test_of_two_at_once_is_refused(self, market: World) -> None:
        def start(correlation_id: str) -> str:
            try:
                market.rebalancer().rebalance(signal(TARGETS, correlation_id))
            except RunRefused:
                return "refused"
            return "started"

        with ThreadPoolExecutor(max_workers=2) as pool:
            answers = sorted(pool.map(start, ["workflow-1", "workflow-2"]))
        assert answers == ["refused", "started"]
        assert len(market.queued()) == 2

    @pytest.mark.parametrize("status", [RunStatus.COMPLETED, RunStatus.FAILED])
    def test_starts_when_the_first_has_ended(self, market: World, status: RunStatus) -> None:
        run_id = market.start_run(TARGETS)
        item = market.run_item(run_id)
        market.dynamodb.put_item(TableName=RUNS, Item=encode({**item, "status": str(status)}))
        market.rebalancer().rebalance(signal({"GLD": "1"}, "workflow-2"))
        assert "GLD" in {message.symbol for message in market.queued()}

    def test_takes_over_from_a_run_that_stalled_and_fails_it(self, market: World) -> None:
        run_id = market.start_run(TARGETS)
        market.clock.advance(seconds=3001)
        market.rebalancer().rebalance(signal({"GLD": "1"}, "workflow-2"))
        assert market.run(run_id).status is RunStatus.FAILED
        assert not market.run(run_id).is_failure_told

    def test_takes_over_from_a_planning_that_died(self, market: World) -> None:
        market.rebalancer().runs.claim(run_id_of(CORRELATION))
        with pytest.raises(RunRefused):
            market.rebalancer().rebalance(signal(TARGETS, "workflow-2"))
        market.clock.advance(seconds=901)
        market.rebalancer().rebalance(signal(TARGETS, "workflow-2"))
        assert len(market.queued()) == 2


class TestFailure:
    def test_of_a_plan_leaves_nothing_behind(self, market: World) -> None:
        with pytest.raises(PlanRejected, match="NONE"):
            market.start_run({"NONE": "1"})
        market.start_run(TARGETS)
        assert len(market.queued()) == 2

    def test_names_the_orders_that_are_still_open(self, market: World) -> None:
        market.alpaca.arm(FaultKind.FILL_ON_CANCEL, "SPY")
        market.start_run({"SPY": "1"})
        (message,) = market.queued()
        market.alpaca.arm(FaultKind.IGNORE_CANCEL, "SPY", count=99)
        with pytest.raises(TransientError, match="not final"):
            market.executor().execute(message)
        with pytest.raises(PlanRejected, match=r"found 1 \(BUY SPY\)"):
            market.rebalancer().reader.read("run-2", ("SPY",))

    def test_names_a_holding_that_is_no_stock(self, market: World) -> None:
        market.alpaca.trade_at("SPY220318C00400000", "5")
        market.alpaca.hold("SPY220318C00400000", "1")
        with pytest.raises(PlanRejected, match="SPY220318C00400000"):
            market.start_run(TARGETS)
        assert market.queued() == []

    def test_of_the_session_splits_the_profit_evenly(self, market: World) -> None:
        market.table(SESSIONS).put_new(
            {**partial_key(CORRELATION, "calm.clj"), "consolidated_portfolio": "{}"}
        )
        market.start_run(TARGETS)
        assert {str(m.strategy_weights) for m in market.queued()} == {
            "{'calm': Decimal('1.0000000000')}"
        }

    def test_of_the_broker_starts_nothing(self, market: World) -> None:
        market.alpaca.fail("GET /account", times=99, status=500)
        with pytest.raises(TransientError):
            market.start_run(TARGETS)
        assert market.publisher.events == []
        assert market.queued() == []


class TestAccountUnderWater:
    def test_sells_everything_and_plans_with_what_is_left(self, market: World) -> None:
        # Borrowed more than the shares are worth: nothing is left once they are sold.
        market.alpaca.cash = Decimal(-50_000)
        market.alpaca.hold("SPY", "100")
        with pytest.raises(NegativeCashBalanceError, match="found -10001"):
            market.start_run({"TLT": "1"})
        assert [(o.side, o.quantity) for o in market.alpaca.placed()] == [("sell", Decimal(100))]
        assert market.waiting.elapsed_s == 30

    def test_repeated_does_not_sell_twice(self, market: World) -> None:
        market.alpaca.cash = Decimal(-50_000)
        market.alpaca.hold("SPY", "100")
        for _ in range(2):
            with pytest.raises(NegativeCashBalanceError):
                market.start_run({"TLT": "1"})
        assert len(market.alpaca.placed()) == 1
