"""A run ends once: with its last trade, or at once when there is none."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cloud import Cloud
from tests.fakes import FixedClock, RecordingPublisher, stamp
from tests.functions.deployed import RUNS
from the_alchemiser.shared.errors import InvalidEvent, TransientError
from the_alchemiser.shared.events.names import EventName
from the_alchemiser.shared.events.portfolio import AllocationComparison, RebalancePlanned
from the_alchemiser.shared.events.trades import AllTradesCompleted, TradeExecuted
from the_alchemiser.shared.lots import Side
from the_alchemiser.shared.money import Exact, Money, Symbol
from the_alchemiser.shared.outbox import LEASE, Outbox
from the_alchemiser.shared.run_record.run import Run, run_item, run_key
from the_alchemiser.shared.run_record.states import RunStatus, TradeStatus
from the_alchemiser.shared.run_record.trade import TradeRecord, TradeResult, trade_item
from the_alchemiser.shared.table import Change, Item, Table
from the_alchemiser.shared.trade_message import TradeMessage
from the_alchemiser.trade_aggregator.adapters import RunTable
from the_alchemiser.trade_aggregator.service import Progress, TradeAggregator

OPENED = Run(
    run_id="run-1",
    plan_id="plan-1",
    correlation_id="workflow-1",
    causation_id="signal-1",
    status=RunStatus.BUY_PHASE,
    total_trades=3,
    completed_trades=3,
    succeeded_trades=2,
    failed_trades=1,
    capital_deployed_pct=Decimal("98.765"),
    announced_at=datetime(2022, 3, 14, 19, 45, tzinfo=UTC),
)
TRADES = (
    ("t1", "TLT", Side.SELL, TradeStatus.COMPLETED, "-1000.00"),
    ("t2", "SPY", Side.BUY, TradeStatus.COMPLETED, "600.50"),
    ("t3", "QQQ", Side.BUY, TradeStatus.FAILED, "399.50"),
)


def trade(
    number: int, trade_id: str, symbol: str, side: Side, status: TradeStatus, amount: str
) -> TradeRecord:
    message = TradeMessage(
        run_id="run-1",
        trade_id=trade_id,
        plan_id="plan-1",
        correlation_id="workflow-1",
        causation_id="rebalance-planned-1",
        strategy_weights={},
        symbol=Symbol(symbol),
        action=side,
        phase=side,
        trade_amount=Money(amount),
        current_weight=Exact("0"),
        target_weight=Exact("0"),
        target_value=Money("0"),
        current_value=Money("0"),
        priority=1,
        sequence_number=1001 + 1000 * (side is Side.BUY) + 3 - number,
        is_complete_exit=False,
        is_full_liquidation=False,
        total_portfolio_value=Money("2000"),
        total_run_trades=3,
        run_timestamp=datetime(2022, 3, 14, 19, 45, tzinfo=UTC),
    )
    result = TradeResult(
        status=status, executed_value=abs(Decimal(amount)), order_ids=(f"order-{trade_id}",)
    )
    return TradeRecord(message=message, status=status, result=result)


def executed(trade_id: str | None = "t1", run_id: str | None = "run-1") -> TradeExecuted:
    metadata = {"run_id": run_id, "trade_id": trade_id, "phase": "SELL"}
    return TradeExecuted(
        **stamp("execution_v2").derived("trade-executed", "workflow-1", f"{run_id}/{trade_id}"),
        metadata={name: value for name, value in metadata.items() if value is not None},
        execution_data={},
        success=True,
        orders_placed=1,
        orders_succeeded=1,
    )


def planned(
    metadata: dict[str, str] | None = None, *, trades_required: bool = False
) -> RebalancePlanned:
    return RebalancePlanned(
        **stamp("portfolio_v2").derived("rebalance-planned", "workflow-1", "signal-1"),
        metadata=metadata or {"run_id": "run-1", "plan_id": "plan-1"},
        rebalance_plan={},
        allocation_comparison=AllocationComparison(target_values={}, current_values={}, deltas={}),
        trades_required=trades_required,
    )


class Desk:
    """A trade aggregator with its fakes at hand."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.clock = FixedClock()
        self.publisher = RecordingPublisher()

    def aggregator(self) -> TradeAggregator:
        return TradeAggregator(
            runs=RunTable(self.table),
            conclusions=Outbox(
                self.table,
                self.publisher,
                self.clock,
                {EventName.ALL_TRADES_COMPLETED: AllTradesCompleted},
            ),
            stamp=stamp("trade_aggregator"),
            clock=self.clock,
        )

    def open(self, **differently: Any) -> None:
        self.table.put_new(run_item(replace(OPENED, **differently)))
        for number, row in enumerate(TRADES):
            self.table.put_new(trade_item(trade(number, *row)))

    def decide_another(self) -> None:
        self.table.change(
            Change(
                key=run_key("run-1"),
                update="ADD completed_trades :one",
                values={":one": 1},
                condition="completed_trades < total_trades",
            )
        )

    def run(self) -> Item:
        item = self.table.get(run_key("run-1"))
        assert item is not None
        return item

    def completed(self) -> Sequence[AllTradesCompleted]:
        return [e for e in self.publisher.events if isinstance(e, AllTradesCompleted)]


@pytest.fixture
def desk(cloud: Cloud) -> Desk:
    return Desk(cloud.table(RUNS))


class TestTrades:
    def test_the_last_trade_completes_the_run(self, desk: Desk) -> None:
        desk.open()
        assert desk.aggregator().hear_trade(executed()) is Progress.COMPLETED
        assert desk.run()["status"] == RunStatus.COMPLETED
        (event,) = desk.completed()
        detail = event.to_detail()
        assert detail == detail | {
            "correlation_id": "workflow-1",
            "causation_id": executed().event_id,
            "run_id": "run-1",
            "plan_id": "plan-1",
            "total_trades": 3,
            "succeeded_trades": 2,
            "failed_trades": 1,
            "skipped_trades": 0,
            "capital_deployed_pct": "98.76",
            "failed_symbols": ["QQQ"],
        }

    def test_lists_the_trades_in_their_order_and_sums_them_up(self, desk: Desk) -> None:
        desk.open()
        desk.aggregator().hear_trade(executed())
        data = desk.completed()[0].to_detail()["aggregated_execution_data"]
        assert [order["symbol"] for order in data["orders_executed"]] == ["TLT", "QQQ", "SPY"]
        assert data["orders_executed"][0] == {
            "symbol": "TLT",
            "action": "SELL",
            "status": "COMPLETED",
            "order_id": "order-t1",
            "trade_amount": "-1000.00",
            "executed_value": "1000.00",
            "skipped": False,
            "error_message": None,
        }
        assert data["execution_summary"] == {
            "total_trades": 3,
            "succeeded": 2,
            "failed": 1,
            "skipped": 0,
            "total_value": "2000.00",
            "executed_value": "2000.00",
            "buys_planned": "1000.00",
            "not_invested": "0.00",
        }
        assert data["failed_symbols"] == ["QQQ"]

    def test_waits_while_trades_are_open(self, desk: Desk) -> None:
        desk.open(completed_trades=2)
        assert desk.aggregator().hear_trade(executed()) is Progress.WAITING
        assert desk.completed() == []

    def test_a_trade_of_no_run_is_skipped(self, desk: Desk) -> None:
        assert desk.aggregator().hear_trade(executed(run_id=None)) is Progress.SKIPPED

    def test_a_trade_of_an_unknown_run_is_told_so(self, desk: Desk) -> None:
        assert desk.aggregator().hear_trade(executed()) is Progress.RUN_NOT_FOUND

    def test_a_failed_run_stays_failed(self, desk: Desk) -> None:
        desk.open(status=RunStatus.FAILED)
        assert desk.aggregator().hear_trade(executed()) is Progress.RUN_FAILED
        assert desk.completed() == []

    def test_duplicates_publish_nothing_more(self, desk: Desk) -> None:
        desk.open()
        desk.aggregator().hear_trade(executed("t3"))
        for trade_id in ("t1", "t2", "t3"):
            assert desk.aggregator().hear_trade(executed(trade_id)) is Progress.ALREADY_AGGREGATED
        assert len(desk.completed()) == 1

    def test_without_a_recorded_share_capital_is_unknown(self, desk: Desk) -> None:
        desk.open(capital_deployed_pct=None)
        desk.aggregator().hear_trade(executed())
        assert desk.completed()[0].capital_deployed_pct is None


class TestNothingToTrade:
    def test_completes_a_run_that_was_opened_without_trades(self, desk: Desk) -> None:
        desk.open(completed_trades=0, total_trades=0, succeeded_trades=0, failed_trades=0)
        assert desk.aggregator().hear_plan(planned()) is Progress.COMPLETED
        assert desk.completed()[0].total_trades == 0

    def test_completes_a_run_that_was_never_opened_once(self, desk: Desk) -> None:
        assert desk.aggregator().hear_plan(planned()) is Progress.COMPLETED
        assert desk.aggregator().hear_plan(planned()) is Progress.ALREADY_AGGREGATED
        (event,) = desk.completed()
        assert (event.run_id, event.plan_id) == ("run-1", "plan-1")
        assert event.aggregated_execution_data["orders_executed"] == ()
        assert desk.run()["status"] == RunStatus.COMPLETED
        assert desk.run()["TTL"] > 0

    def test_two_aggregators_at_once_complete_it_once(self, desk: Desk) -> None:
        class Late(RunTable):
            def find(self, run_id: str) -> None:
                return None

        late = TradeAggregator(
            runs=Late(desk.table),
            conclusions=desk.aggregator().conclusions,
            stamp=stamp("trade_aggregator"),
            clock=desk.clock,
        )
        desk.aggregator().hear_plan(planned())
        assert late.hear_plan(planned()) is Progress.ALREADY_AGGREGATED
        assert len(desk.completed()) == 1

    def test_never_ends_a_run_that_has_trades_open(self, desk: Desk) -> None:
        desk.open(completed_trades=1)
        assert desk.aggregator().hear_plan(planned()) is Progress.WAITING
        assert desk.run()["total_trades"] == 3

    def test_a_plan_with_trades_is_left_to_them(self, desk: Desk) -> None:
        assert desk.aggregator().hear_plan(planned(trades_required=True)) is Progress.SKIPPED

    @pytest.mark.parametrize("metadata", [{"run_id": "run-1"}, {"plan_id": "plan-1"}, {"x": "y"}])
    def test_a_plan_that_names_no_run_is_refused(
        self, desk: Desk, metadata: dict[str, str]
    ) -> None:
        with pytest.raises(InvalidEvent, match=r"expected metadata\."):
            desk.aggregator().hear_plan(planned(metadata))
        assert desk.completed() == []


class TestCrashes:
    def crash(self, desk: Desk) -> None:
        desk.open()
        desk.publisher.failure = TransientError("the bus is down")
        with pytest.raises(TransientError):
            desk.aggregator().hear_trade(executed())
        desk.publisher.failure = None
        assert desk.run()["status"] == RunStatus.AGGREGATING

    def test_a_repeated_delivery_after_the_lease_publishes_the_stored_event(
        self, desk: Desk
    ) -> None:
        self.crash(desk)
        assert desk.aggregator().hear_trade(executed("t2")) is Progress.ALREADY_AGGREGATED
        desk.clock.advance(seconds=LEASE.total_seconds() + 1)
        assert desk.aggregator().hear_trade(executed("t2")) is Progress.COMPLETED
        (event,) = desk.completed()
        assert event.causation_id == executed("t1").event_id
        assert desk.run()["status"] == RunStatus.COMPLETED

    def test_the_sweep_publishes_it_too(self, desk: Desk) -> None:
        self.crash(desk)
        assert desk.aggregator().finish_runs() == 0
        desk.clock.advance(seconds=LEASE.total_seconds() + 1)
        assert desk.aggregator().finish_runs() == 1
        assert desk.aggregator().finish_runs() == 0
        assert len(desk.completed()) == 1

    def test_the_sweep_concludes_a_decided_run_nobody_heard_of(self, desk: Desk) -> None:
        desk.open()
        assert desk.aggregator().finish_runs() == 1
        assert desk.completed()[0].causation_id == "run-1"

    def test_the_sweep_leaves_open_failed_and_unannounced_runs(self, desk: Desk) -> None:
        desk.open(completed_trades=2)
        assert desk.aggregator().finish_runs() == 0
        for status, announced in ((RunStatus.FAILED, True), (RunStatus.SELL_PHASE, False)):
            desk.table.change(
                Change(
                    key=run_key("run-1"),
                    update="SET #s = :s, completed_trades = :all"
                    + ("" if announced else " REMOVE announced_at"),
                    names={"#s": "status"},
                    values={":s": status, ":all": 3},
                )
            )
            assert desk.aggregator().finish_runs() == 0

    def test_the_sweep_reports_what_it_could_not_finish(self, desk: Desk) -> None:
        desk.open()
        desk.publisher.failure = TransientError("the bus is down")
        with pytest.raises(TransientError, match="1 runs could not be finished"):
            desk.aggregator().finish_runs()


@pytest.mark.lengthy
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.permutations(["t1", "t2", "t3"]),
    st.lists(st.sampled_from(["t1", "t2", "t3"]), max_size=3),
)
def test_any_order_and_repetition_ends_the_run_once(
    desk: Desk, order: list[str], repeated: list[str]
) -> None:
    for item in desk.table.scan("PK = :pk", {":pk": run_key("run-1")["PK"]}):
        key = {"PK": item["PK"], "SK": item["SK"]}
        desk.table.delete_if(key, "PK = :pk", {":pk": item["PK"]})
    desk.publisher.events.clear()
    desk.open(completed_trades=0)
    for trade_id in order:
        desk.decide_another()
        desk.aggregator().hear_trade(executed(trade_id))
        for again in repeated:
            desk.aggregator().hear_trade(executed(again))
    assert len(desk.completed()) == 1
    assert json.loads(desk.run()["outcome"]) == desk.completed()[0].to_detail()
    assert desk.run()["status"] == RunStatus.COMPLETED
